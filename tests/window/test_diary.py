"""Scenes opened and steps lived are written down, each step once."""

from tests.window.driver import Driver


def lived(driver: Driver) -> int:
    return driver.window.progress.of("gradient-descent").steps


def test_opening_a_scene_is_written_down(driver):
    before = driver.window.progress.of("gradient-descent").opened
    driver.open("gradient-descent")
    assert driver.window.progress.of("gradient-descent").opened == before + 1


def test_a_step_is_lived_once_however_often_one_goes_back(driver):
    before = lived(driver)
    driver.go_to(7)
    assert lived(driver) == before + 7
    driver.go_to(2)
    driver.go_to(5)
    assert lived(driver) == before + 7
    driver.go_to(9)
    assert lived(driver) == before + 9


def test_a_new_run_is_lived_from_its_start(driver):
    before = lived(driver)
    driver.go_to(4)
    driver.session.new_seed(5)
    driver.until(lambda: driver.settled() and driver.frame.step == 0 and driver.session.recipe.seed == 5)
    driver.go_to(3)
    assert lived(driver) == before + 7


def test_it_is_saved_a_little_later_by_itself(driver):
    driver.window.progress.save()
    driver.window.progress.guessed("gradient-descent", "A question of this test?", True)
    driver.until(lambda: "A question of this test?" in driver.window.progress.path.read_text())
