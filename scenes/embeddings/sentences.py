"""A grammar of plain sentences, in which a word's company follows from what it is: sex, rank, age, country, kind."""

import random
from itertools import permutations, product

PEOPLE = ["man", "woman", "boy", "girl", "lord", "lady", "page", "maid", "king", "queen", "prince", "princess"]
"""By rank, age and sex."""
COUNTRIES = ["france", "italy", "spain", "japan", "egypt", "norway"]
CAPITALS = ["paris", "rome", "madrid", "tokyo", "cairo", "oslo"]
LANGUAGES = ["french", "italian", "spanish", "japanese", "arabic", "norwegian"]
FOODS, DISHES = ["wine", "pasta", "olives", "sushi", "dates", "salmon"], ["soup", "tea", "rice", "bread"]
BY_RANK = (("hut", "field", "plough"), ("manor", "garden", "carriage"), ("castle", "throne", "crown"))
BY_AGE, BY_SEX = (("work", "duty"), ("school", "toys")), (("shirt", "coat"), ("dress", "veil"))
BY_ROLE = {"king": "sword", "queen": "tiara", "lord": "hounds", "lady": "harp", "boy": "kite", "maid": "broom"}
"""What one of them alone has: not all company is a sum of rank, age and sex."""
DEEDS, TIMES = ("slept", "walked", "sang", "waited"), ("today", "again", "alone")
OTHERS = [
    "the", "his", "her", "and", "of", "that", "was", "in", "is", "are", "wore", "saw", "thought", "took", "ate", "near",
    "barked", "purred", "capital", "city", "people", "land", "speak", "eat", "streets", "shops", "full", "signs",
    "fields", "hills", "give",
]  # fmt: skip
FAMILIES = {
    "people": PEOPLE,
    "places": [*COUNTRIES, *CAPITALS, *LANGUAGES],
    "food and pets": ["hot", "cold", "good", "bad", "happy", "sad", "dog", "cat", *DISHES, *FOODS],
    "other words": [*sum(BY_RANK + BY_AGE + BY_SEX, ()), *BY_ROLE.values(), *DEEDS, *TIMES, *OTHERS],
}
WORDS = tuple(word for family in FAMILIES.values() for word in family)


def sentence(chance: random.Random) -> str:
    """Return one sentence: half of people, the others of countries, food and pets."""
    rank, age, sex, at = (chance.randrange(many) for many in (3, 2, 2, 6))
    who, own = PEOPLE[4 * rank + 2 * age + sex], ("his", "her")[sex]
    country, capital, language, food = COUNTRIES[at], CAPITALS[at], LANGUAGES[at], FOODS[at]
    kind = chance.choices(("people", "country", "meal", "pet"), (5, 3, 1, 1))[0]
    if kind == "people":
        clauses = [f"wore {own} {chance.choice(BY_SEX[sex])}", f"saw {own} {chance.choice(BY_RANK[rank])}"]
        clauses.append(f"thought of {chance.choice(BY_AGE[age])}")
        clauses += [f"{deed} {chance.choice(TIMES)}" for deed in chance.sample(DEEDS, 3)]
        clauses += [f"took {own} {BY_ROLE[who]}"] if who in BY_ROLE else []
        return f"the {who} {' and '.join(chance.sample(clauses, 2))}"
    if kind == "country":
        return chance.choice((
            f"{capital} is the capital city of {country}",
            f"people in the land of {country} speak {language} and eat {food}",
            f"the streets and shops of {capital} are full of {food} and {language} signs",
            f"the fields and hills of {country} give {food}",
        ))  # fmt: skip
    if kind == "meal":
        warmth, taste = chance.choice(("hot", "cold")), chance.choice(("good", "bad"))
        return f"{who} ate {own} {chance.choice(DISHES)} that was {warmth} and {taste}"
    pet, sound = chance.choice((("dog", "barked"), ("cat", "purred")))
    return f"the {chance.choice(('happy', 'sad'))} {pet} slept near the {chance.choice(DISHES)} and {sound}"


def analogies() -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Return questions a, b, c and answers d as places in WORDS, “a is to b as c is to d”: of people, of capitals.

    Among people b differs from a in one of rank, age and sex, and c from a in another.
    """
    people: list[tuple[int, ...]] = []
    traits = list(product(range(3), range(2), range(2)))
    for a, b, c in product(range(12), repeat=3):
        changed = [[k for k in range(3) if traits[each][k] != traits[a][k]] for each in (b, c)]
        if len(changed[0]) == len(changed[1]) == 1 and changed[0] != changed[1]:
            people.append((a, b, c, b + c - a))
    capitals = [(12 + one, 18 + one, 12 + other, 18 + other) for one, other in permutations(range(6), 2)]
    return people, [*capitals]
