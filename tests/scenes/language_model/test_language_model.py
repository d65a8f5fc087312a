"""Every number of the language model's scene, against plain loops, hooks of PyTorch's and formulas."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from explainer import Refused, Run
from explainer.contract.frame import Frame
from explainer.contract.series import Series
from explainer.lab.language.model import GPT, Config
from explainer.lab.language.sampling import adjusted
from explainer.lab.language.text import Characters, halves, our_text
from explainer.scenes.language_model import jobs, notes

SMALL = {"width": 32, "layers": 2}
ENDLESS = "the cat sat on the mat. a dog ran. " * 80


def experiment_of(run):
    """The living experiment."""
    return run.execution.experiment


def written_by(run):
    """The text as numbers."""
    return experiment_of(run).text.clone()


def last(parts):
    """What a side job has found in the end."""
    return [part for part in parts if part][-1]


def greedy(model, text, count):
    """Write the likeliest symbol again and again, the whole text read each time."""
    text = list(text)
    with torch.no_grad():
        for _ in range(count):
            text.append(int(model(torch.tensor([text]))[0, -1].argmax()))
    return text


def test_losses_and_weights_are_those_of_plain_adamw_on_pieces_of_the_text():
    run = Run("language-model", seed=1, **SMALL)
    owner = experiment_of(run)
    plain = GPT(owner.model.config)
    plain.load_state_dict(owner.model.state_dict())
    optimizer = torch.optim.AdamW(plain.parameters(), lr=0.0)
    known, held_out = halves(our_text())
    symbols = sorted(set(our_text()))
    known, held_out = (torch.tensor([symbols.index(c) for c in part]) for part in (known, held_out))
    pieces = [held_out[64 * k : 64 * k + 65] for k in range(97)]
    batches, losses, readings = owner.generator("batches"), [], []
    for step in range(1, 10):
        starts = torch.randint(len(known) - 64, (8,), generator=batches).tolist()
        batch = torch.stack([known[start : start + 65] for start in starts])
        loss = F.cross_entropy(plain(batch[:, :-1]).transpose(1, 2), batch[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(plain.parameters(), 1.0)
        optimizer.param_groups[0]["lr"] = 0.004 * step / 100
        optimizer.step()
        losses.append(loss.item())
        four = torch.stack(pieces[4 * (step - 1) : 4 * step])
        readings.append(F.cross_entropy(plain(four[:, :-1]).transpose(1, 2), four[:, 1:]).item())
    run.step(9)
    np.testing.assert_allclose(run.metrics["loss"], losses, rtol=1e-5)
    assert run.metrics["loss/test"][0] == pytest.approx(readings[0], rel=1e-5)
    assert run.metrics["loss/test"][8] == pytest.approx(np.mean(readings[-2:]), rel=1e-5)
    for own, other in zip(owner.model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(own, other, rtol=1e-3, atol=1e-5)


def test_copying_is_the_loss_on_what_stood_before_and_on_the_same_behind_others(monkeypatch):
    monkeypatch.setattr(jobs, "PAIRS", 3)
    torch.manual_seed(0)
    model, held_out = GPT(Config(11, 64, 16)), torch.randint(11, (200,))
    (found,) = [part for part in jobs.copying(model, held_out, 11) if part]
    generator = torch.Generator().manual_seed(0)
    first, second = torch.randint(170, (2, 3, 1), generator=generator)[..., 0].tolist()
    random_first, random_second = torch.randint(11, (2, 3, 31), generator=generator)
    again, other = (torch.stack([held_out[k : k + 31] for k in starts]) for starts in (first, second))
    for name, pieces, others in (("copy_text", again, other), ("copy_random", random_first, random_second)):
        for row, before in enumerate((pieces, others)):
            for place in range(30):
                read = torch.cat([before, pieces[:, : place + 1]], 1)
                with torch.no_grad():
                    expected = F.cross_entropy(model(read)[:, -1], pieces[:, place + 1])
                torch.testing.assert_close(found[name][row, place], expected, rtol=1e-5, atol=1e-5)


def test_what_comes_next_is_softmax_of_the_models_scores_and_what_is_drawn_follows_the_handles():
    run = Run("language-model", temperature=0.7, top_k=9, top_p=0.9, min_p=0.05, penalty=1.3, **SMALL)
    run.step(3)
    owner = experiment_of(run)
    with torch.no_grad():
        scores = owner.model(owner.text[None])[0, -1]
    found = run.arrays("next_symbol", "next_number", "next_score", "next_own", "next_drawn", "rank_own", "rank_sum")
    order = scores.argsort(descending=True)[:24]
    assert found["next_number"].tolist() == order.tolist()
    np.testing.assert_allclose(found["next_score"], scores[order], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found["next_own"], scores.softmax(0)[order], rtol=1e-4)
    drawn = adjusted(scores, 0.7, 9, 0.9, 0.05, 1.3, owner.text)
    np.testing.assert_allclose(found["next_drawn"], drawn[order], rtol=1e-3, atol=1e-6)
    assert found["next_drawn"].sum() == pytest.approx(1, abs=1e-5)
    before = adjusted(scores, 0.7, penalty=1.3, written=owner.text).sort(descending=True).values[:50]
    np.testing.assert_allclose(found["rank_own"], before, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(found["rank_sum"], before.cumsum(0), rtol=1e-3)
    symbols = sorted(set(our_text()))
    shown = {" ": "␣", "\n": "⏎"}
    assert found["next_symbol"].tolist() == [shown.get(symbols[k], symbols[k]) for k in order]


def test_a_symbol_is_drawn_from_what_was_shown_and_its_surprise_is_the_models():
    run = Run("language-model", **SMALL)
    for _ in range(5):
        scores = experiment_of(run).scores.clone()
        run.step()
        symbol = int(written_by(run)[-1])
        assert run.metrics["surprise"][-1] == pytest.approx(-scores.log_softmax(0)[symbol].item(), rel=1e-5)
        assert run.arrays("wrote")["wrote"][-1] == symbol
    counts = Counter()
    run = Run("language-model", train=False, temperature=0.5, top_k=3, **SMALL)
    found = run.arrays("next_number", "next_drawn")
    assert (found["next_drawn"] > 0).sum() == 3
    for seed in range(20):
        other = Run("language-model", seed=0, train=False, temperature=0.5, top_k=3, **SMALL)
        experiment_of(other).choices.manual_seed(seed)
        other.step()
        counts[int(written_by(other)[-1])] += 1
    assert set(counts) <= set(found["next_number"][:3].tolist())


@pytest.mark.parametrize(
    "position", ["rotary", "alibi", *(pytest.param(p, marks=pytest.mark.deep) for p in ("none", "sinusoidal"))]
)
def test_with_a_cache_it_writes_what_it_would_write_reading_everything_anew(position):
    run = Run("language-model", position=position, temperature=0.0, kv_heads=2, **SMALL)
    run.step(2)
    run.set(train=False)
    first = written_by(run).tolist()
    run.step(140)
    assert written_by(run).tolist() == greedy(experiment_of(run).model, first, 140)
    assert experiment_of(run).memory.kept.shape[4] == 128


def test_a_symbol_of_ones_own_cuts_the_text_and_it_goes_on_from_there():
    run = Run("language-model", **SMALL)
    run.step(6)
    before = written_by(run)
    run.act("choose", place=11, symbol=7)
    assert written_by(run).tolist() == [*before[:10].tolist(), 7]
    assert np.isnan(run.arrays("surprises")["surprises"][10])
    run.act("choose", place=0, symbol=9)
    assert written_by(run).tolist() == [*before[:10].tolist(), 7, 9]
    run.step()
    assert len(written_by(run)) == 13
    with pytest.raises(Refused, match="symbol = 73 is refused: there are 0 to 72"):
        run.act("choose", place=0, symbol=73)
    with pytest.raises(Refused, match="place = 14 is refused: the text has 13 symbols"):
        run.act("choose", place=14, symbol=1)
    run.act("again")
    assert len(written_by(run)) == len("What is ")


def test_a_place_shows_what_could_have_stood_there():
    run = Run("language-model", place=10, **SMALL)
    run.step(5)
    owner = experiment_of(run)
    with torch.no_grad():
        scores = owner.model(owner.text[None, :9])[0, -1]
    found = run.arrays("next_own", "read_piece", "reads", "map", "looked_at")
    np.testing.assert_allclose(found["next_own"], scores.softmax(0).sort(descending=True).values[:24], rtol=1e-4)
    assert "".join(found["read_piece"][:8]) == "What␣is␣"
    assert found["looked_at"] == 9
    np.testing.assert_allclose(found["reads"].sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(found["map"][-1], found["reads"][0], atol=1e-6)
    assert np.triu(found["map"], 1).max() == 0


def test_byte_pairs_count_in_characters_and_take_words_apart():
    run = Run("language-model", merges=200, words="the strawberry", merged=200, **SMALL)
    run.step(1)
    owner = experiment_of(run)
    per = 6_259 / len(owner.corpus.held_out)
    assert owner.corpus.characters_per_symbol == per
    assert run.metrics["loss"][0] * per == pytest.approx(np.log(456), abs=0.05)
    found = run.arrays("split", "split_rank", "merge_made", "merge_text", "characters_per_symbol", "sample_sizes")
    assert "".join(found["split"]).replace("␣", " ") == "the strawberry"
    for piece, rank in zip(found["split"], found["split_rank"], strict=True):
        assert rank == 0 or found["merge_made"][int(rank) - 1] == piece
    for pair, made in zip(found["merge_text"], found["merge_made"], strict=True):
        assert pair.replace(" + ", "") == made or "<0x" in pair
    at = found["sample_sizes"].tolist().index(200)
    assert found["characters_per_symbol"][0, at] == pytest.approx(per, rel=0.02)
    assert found["characters_per_symbol"][:, 0] == pytest.approx([1, 1, 1, 1], abs=0.03)


def test_weights_are_counted_by_part():
    run = Run("language-model")
    assert run.arrays("weights_of")["weights_of"].tolist() == [73 * 64, 8 * 64**2, 16 * 64**2, 10 * 64, 73 * 64]


@pytest.fixture(scope="module")
def model():
    """A small model with weights that say something."""
    torch.manual_seed(0)
    found = GPT(Config(len(set(ENDLESS)), width=16, layers=2, heads=2, window=64)).eval()
    for weight in found.parameters():
        torch.nn.init.normal_(weight, std=0.4)
    return found


def by_hook(model, tokens, module, change):
    """Scores with what a module of PyTorch's gives changed by a hook."""
    hook = model.get_submodule(module).register_forward_hook(lambda m, given, x: change(x.clone()))
    try:
        return model(tokens)[0, -1]
    finally:
        hook.remove()


@torch.no_grad()
def test_an_activation_carried_across_does_what_a_hook_by_hand_does(model):
    vocabulary = Characters(ENDLESS)
    found = last(jobs.patch(model, vocabulary, "the cat sat", "the dog ran"))
    clean, other = (torch.tensor([vocabulary.encode(p)]) for p in ("the cat sat", "the dog ran"))
    first, second = (vocabulary.encode(str(s).replace("␣", " "))[0] for s in found["patch_asked"])
    assert first == int(model(clean)[0, -1].argmax())
    low, high = (float(z[first] - z[second]) for z in (model(other)[0, -1], model(clean)[0, -1]))
    assert found["patch_ends"].tolist() == pytest.approx([low, high], abs=1e-5)
    sites, gave, read = found["patch_site"].tolist(), {}, {}
    for name in ("blocks.0.mlp", "blocks.1.mlp", "blocks.0"):
        hook = model.get_submodule(name).register_forward_hook(lambda m, i, x, name=name: gave.setdefault(name, x))
        model(clean)
        hook.remove()
    hook = model.blocks[1].attention.out.register_forward_pre_hook(lambda m, given: read.setdefault("heads", given[0]))
    model(clean)
    hook.remove()
    for place in range(11):

        def put(x, name, place=place):
            x[0, place] = gave[name][0, place]
            return x

        for site, name in (
            ("L1 feed-forward", "blocks.0.mlp"),
            ("L2 feed-forward", "blocks.1.mlp"),
            ("L1 stream", "blocks.0"),
        ):
            z = by_hook(model, other, name, lambda x, name=name: put(x, name))
            effect = (float(z[first] - z[second]) - low) / (high - low)
            assert found["patch_effect"][sites.index(site), place] == pytest.approx(effect, abs=1e-4)

        def one_head(m, given, place=place):
            x = given[0].clone()
            x[0, place, 8:16] = read["heads"][0, place, 8:16]
            return (x,)

        hook = model.blocks[1].attention.out.register_forward_pre_hook(one_head)
        z = model(other)[0, -1]
        hook.remove()
        effect = (float(z[first] - z[second]) - low) / (high - low)
        assert found["patch_effect"][sites.index("L2·H2"), place] == pytest.approx(effect, abs=1e-4)
    assert found["patch_effect"][sites.index("L2 stream"), -1] == pytest.approx(1, abs=1e-4)
    with pytest.raises(Refused, match="prompts of 3 and 4 symbols are refused: give two of one length"):
        last(jobs.patch(model, vocabulary, "the", "the "))


class Guesser(jobs.Draft):
    """A draft with fixed scores."""

    def __init__(self, symbols):
        self.fixed = torch.linspace(-1, 1, symbols)

    def scores(self, text):
        return self.fixed


@pytest.mark.parametrize("ahead", [1, 4, pytest.param(8, marks=pytest.mark.deep)])
def test_whoever_guesses_the_likeliest_text_is_the_same_to_the_symbol(model, ahead):
    text = Characters(ENDLESS).encode("the cat ")
    known = torch.tensor(Characters(ENDLESS).encode(ENDLESS))
    expected = greedy(model, text, 40)[len(text) :]
    for draft in (Guesser(len(set(ENDLESS))), jobs.Counts(known, len(set(ENDLESS)))):
        written, calls = [], 0
        for found in jobs.speculate(model, draft, text, ahead, lambda z, _: adjusted(z, 0.0), torch.Generator()):
            written += [symbol for symbol, _, _ in found]
            calls += 1
            assert 1 <= len(found) <= ahead + 1
            if len(written) >= 40:
                break
        assert written[:40] == expected
        assert calls <= 40


@torch.no_grad()
def test_guesses_leave_the_distribution_of_drawn_texts_as_it_is():
    torch.manual_seed(1)
    model = GPT(Config(3, width=8, layers=1, heads=1, window=64))
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.7)
    p = model(torch.tensor([[0]]))[0, -1].softmax(0)
    expected = torch.stack([p[k] * model(torch.tensor([[0, k]]))[0, -1].softmax(0) for k in range(3)])
    generator, counts, rounds = torch.Generator().manual_seed(0), torch.zeros(3, 3), 400
    for _ in range(rounds):
        written = []
        for found in jobs.speculate(model, Guesser(3), [0], 2, lambda z, _: z.softmax(0), generator):
            written += [symbol for symbol, _, _ in found]
            if len(written) >= 2:
                break
        counts[written[0], written[1]] += 1
    assert (counts / rounds - expected).abs().max() < 0.06


def test_weights_in_few_bits_are_whole_multiples_of_each_rows_scale(model):
    weight = model.blocks[0].mlp.up.weight.detach()
    for bits in (2, 4, 8):
        found, most = jobs.in_bits(weight, bits), 2 ** (bits - 1) - 1
        for row, rounded in zip(weight.tolist(), found.tolist(), strict=True):
            scale = max(map(abs, row)) / most
            assert rounded == pytest.approx([scale * round(x / scale) for x in row], abs=1e-4)
    asked = torch.randint(len(set(ENDLESS)), (3, 65), generator=torch.Generator().manual_seed(0))
    found = last(jobs.quantize(model, asked[:, :-1], asked[:, 1:], 1.0))
    assert found["precision_name"].tolist() == ["32 bits", "8 bits", "6 bits", "5 bits", "4 bits", "3 bits", "2 bits"]
    with torch.no_grad():
        expected = F.cross_entropy(model(asked[:, :-1]).transpose(1, 2), asked[:, 1:]).item()
    assert found["precision_loss"][0] == pytest.approx(expected, rel=1e-5)
    assert found["precision_bytes"][0] == 4 * sum(w.numel() for w in model.parameters())
    matrices = [w for w in model.parameters() if w.ndim == 2]
    assert found["precision_bytes"][1] == sum(w.numel() + 4 * len(w) for w in matrices) + 4 * 2 * 5 * 16


def test_the_cache_is_timed_and_its_bytes_are_keys_and_values(model):
    found = last(jobs.time_cache(model))
    assert found["cache_bytes"].tolist() == [length * 2 * 2 * 16 * 4 for length in found["cache_length"].tolist()]
    assert (found["cache_time"] > 0).all()


def test_texts_of_ones_own_are_learned_and_refused_in_words(tmp_path):
    text = "Быстрая лиса прыгает. " * 120
    file = tmp_path / "text.txt"
    file.write_text(text, encoding="utf-8")
    run = Run("language-model", path=str(file), **SMALL)
    assert run.params.source == "file"
    run.step(1)
    assert "".join(run.arrays("written")["written"][:-1]) in text
    pasted = Run("language-model", pasted="one two⏎three four " * 150, **SMALL)
    assert pasted.params.source == "pasted"
    with pytest.raises(Refused, match="the character 'W' is refused"):
        pasted.set(prompt="Who")
    with pytest.raises(Refused, match="a text of 0 characters is refused: give 2,000 to 2,000,000"):
        Run("language-model", source="pasted", **SMALL)
    with pytest.raises(
        Refused, match="whose last tenth has [0-9]+ symbols is refused: give a longer one, or fewer merges"
    ):
        Run("language-model", pasted="abcdefghij klmnopqrst " * 100, merges=2_000, **SMALL)
    with pytest.raises(Refused, match="width = 34 is refused: give an even multiple of heads = 4"):
        Run("language-model", width=34)
    with pytest.raises(Refused, match="kv_heads = 3 is refused: give a divisor of heads = 4"):
        Run("language-model", kv_heads=3)


TINY = {"width": 16, "layers": 1, "heads": 2}


def named(run):
    """The names of what is said of a run."""
    return {note.name for note in run.notes}


def test_it_says_what_counting_it_has_left_behind_and_that_it_only_writes():
    run = Run("language-model", pasted=ENDLESS, lr=0.02, length=100, **TINY)
    run.step(90)
    assert not named(run)
    run.step(10)
    assert named(run) == {"better-than-trigrams"}
    run.step(1)
    assert named(run) == {"better-than-trigrams", "only-writes"}
    said = {note.name: note.number for note in run.notes}
    assert said == {"better-than-trigrams": run.metrics["loss/test"][-1], "only-writes": 100}


def frame(step=200, batch=(), held_out=(), written="abc", **given):
    """A moment of a run with these losses, from step 1 on, and this text."""
    run = Run("language-model", train=False, **TINY, **given)
    series = {"loss": Series(), "loss/test": Series()}
    for one, values in zip(series.values(), (batch, held_out), strict=True):
        one.extend(np.arange(1, len(values) + 1), np.array(values, float))
    arrays = {"yardsticks": np.array([4.29, 3.11, 2.41, 1.85]), "written": np.array(list(written), "<U32")}
    return Frame("language-model", step, "", run.params, arrays, series)


def said(moment):
    """The names of what is said of a moment."""
    return {note.name: note.number for note in notes.seen(moment)}


def test_it_says_that_a_text_is_learned_by_heart_when_one_loss_rises_and_the_other_falls():
    falls, rises = np.linspace(3, 1, 200), np.abs(np.linspace(-0.6, 0.6, 200)) + 2.5
    assert said(frame(batch=falls, held_out=rises))["by-heart"] == pytest.approx(3.1)
    assert "by-heart" not in said(frame(step=110, batch=falls, held_out=rises)), "it has hardly turned round"
    assert "by-heart" not in said(frame(batch=falls, held_out=falls))
    assert "by-heart" not in said(frame(batch=rises, held_out=rises)), "both rise: not by heart"


def test_it_says_when_frequencies_foretell_as_well_and_which_counts_are_left_behind():
    def after(updates, loss):
        return said(frame(batch=[loss] * updates, held_out=[loss] * updates, step=updates))

    assert after(150, 3.05) == {"no-better": 3.05}
    assert after(119, 3.05) == {}, "the warm-up is hardly over"
    assert after(150, 2.5) == {}
    assert after(150, 2.3) == {"better-than-bigrams": 2.3}
    assert after(150, 1.8) == {"better-than-trigrams": 1.8}


def test_it_says_when_the_text_goes_round_in_a_loop():
    assert said(frame(written="What is " + "the same " * 3)) == {"loop": 9}
    assert said(frame(written="What is " + "the same " * 2)) == {}
    assert said(frame(written="What is " + "e" * 23)) == {}
    assert said(frame(written="What is " + "e" * 24)) == {"loop": 1}
