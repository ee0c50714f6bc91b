"""Every recipe is what its document says; a user's own file is a recipe, too."""

import keras
import numpy as np
import pytest

from inkdigits.errors import RecipeError
from inkdigits.layers import Ensemble
from inkdigits.recipes.catalog import all_recipes, find_recipe
from inkdigits.recipes.names import recipe_names
from inkdigits.recipes.recipe import Recipe

RECIPES = all_recipes()


def kinds(recipe: Recipe) -> list[str]:
    return [type(layer).__name__ for layer in recipe.build().layers]


def test_the_five_reference_systems_are_here():
    assert {"cnn-basic", "cnn-tuned", "cnn-dropout", "mlp-batchnorm", "cnn-earlystop"} <= set(RECIPES)


@pytest.mark.parametrize("name", RECIPES)
def test_a_network_takes_pixels_and_gives_logits(name):
    network = RECIPES[name].build()
    logits = keras.ops.convert_to_numpy(network(np.zeros((2, 28, 28, 1), np.float32)))
    assert logits.shape == (2, 10 + (2 if RECIPES[name].extra_ink else 0))
    last = network.layers[-1]
    lasts = [member.layers[-1] for member in last.members] if isinstance(last, Ensemble) else [last]
    assert all(layer.activation is keras.activations.linear for layer in lasts)


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.variant_of])
def test_a_variant_keeps_network_epochs_and_published_figures(name):
    variant = RECIPES[name]
    original = RECIPES[variant.variant_of]
    for kept in ("build", "epochs", "batch_size", "published", "data", "protocol", "one_hot"):
        assert getattr(variant, kept) == getattr(original, kept)


def test_cnn_dropout_has_exactly_34826_parameters():
    # conv 3*3*1*32+32, conv 3*3*32*64+64, dense 5*5*64*10+10
    assert RECIPES["cnn-dropout"].build().count_params() == 320 + 18_496 + 16_010 == 34_826


@pytest.mark.parametrize(
    ("name", "layers", "epochs", "batch_size", "one_hot"),
    [
        ("cnn-basic", ["Conv2D", "MaxPooling2D", "Flatten", "Dense", "Dense"], 10, 32, False),
        ("cnn-dropout", [*["Conv2D", "MaxPooling2D"] * 2, "Flatten", "Dropout", "Dense"], 15, 128, True),
        (
            "cnn-earlystop",
            [*["Conv2D", "MaxPooling2D"] * 2, "Flatten", "Dense", "Dropout", "Dense"],
            20,
            128,
            True,
        ),
        ("mlp-batchnorm", ["Flatten", *["Dense", "BatchNormalization", "ReLU", "Dropout"] * 2, "Dense"], 30, 64, False),
    ],
)
def test_faithful_to_its_document(name, layers, epochs, batch_size, one_hot):
    recipe = RECIPES[name]
    assert kinds(recipe) == layers
    assert (recipe.epochs, recipe.batch_size, recipe.one_hot) == (epochs, batch_size, one_hot)
    assert isinstance(recipe.optimizer(100), keras.optimizers.Adam)
    wanted = keras.losses.CategoricalCrossentropy if one_hot else keras.losses.SparseCategoricalCrossentropy
    assert isinstance(recipe.loss(), wanted)


def test_what_only_one_document_has():
    assert RECIPES["mlp-batchnorm"].protocol == "pooled-15"
    assert RECIPES["mlp-batchnorm"].augment is not None
    assert RECIPES["cnn-earlystop"].early_stopping == 3
    assert RECIPES["cnn-earlystop"].metrics == ("accuracy", "recall")
    assert {r.early_stopping for name, r in RECIPES.items() if "earlystop" not in name} == {None}
    assert [name for name, r in RECIPES.items() if r.extra_ink] == ["reader"]


def test_plan_is_plain_data_with_the_real_schedule():
    import json

    plan = json.loads(json.dumps(RECIPES["cnn-dropout-onecycle"].plan(55_000)))
    assert plan == RECIPES["cnn-dropout-onecycle"].plan(55_000)
    rate = plan["optimizer"]["learning_rate"]
    assert rate["warmup_steps"] + rate["decay_steps"] == 15 * 430  # 55,000 / 128 rounded up, 15 epochs
    assert plan["augmentation"]["rotation"] == 8


def test_names_are_known_without_running_the_recipes():
    assert sorted(recipe_names()) == sorted(RECIPES)


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("cnn-drop", "cnn-dropout"),
        ("CNN_Dropout", "cnn-dropout"),
        ("mlp", "mlp-batchnorm"),
        ("earlystop", "cnn-earlystop"),
        ("cnn-tunned", "cnn-tuned"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(asked, near):
    with pytest.raises(RecipeError) as caught:
        find_recipe(asked)
    assert str(caught.value) == f"there is no recipe {asked!r}: did you mean {near}? 'inkdigits recipes' lists them"


def test_a_name_like_none_is_told_where_they_are_listed():
    with pytest.raises(RecipeError, match=r"^there is no recipe 'xyz': 'inkdigits recipes' lists them$"):
        find_recipe("xyz")


def test_a_file_named_by_half_or_not_quite_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_recipe.py").write_text("")
    with pytest.raises(RecipeError, match=r"no recipe 'my_recipe': my_recipe\.py is a file here; name it in full"):
        find_recipe("my_recipe")
    with pytest.raises(RecipeError, match=r"^my_recpie\.py: no such recipe file; did you mean my_recipe\.py\?$"):
        find_recipe("my_recpie.py")
    with pytest.raises(RecipeError, match=r"^no.such\.py: no such recipe file; check the path$"):
        find_recipe("no/such.py")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RECIPE = 3", "defines no RECIPE"),
        ("", "defines no RECIPE"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def build(:", "SyntaxError"),
        (
            "from dataclasses import replace\nfrom inkdigits.recipes.cnn_basic import RECIPE\n"
            "RECIPE = replace(RECIPE, epochs=0)",
            "recipe cnn-basic: epochs must be a whole number from 1 on",
        ),
    ],
)
def test_a_bad_file_is_named(tmp_path, text, message):
    file = tmp_path / "mine.py"
    file.write_text(text)
    with pytest.raises(RecipeError) as caught:
        find_recipe(str(file))
    assert message in str(caught.value)


@pytest.mark.parametrize("name", ["../up", "", "a/b", ".hidden", "two words"])
def test_a_name_is_no_path(name):
    from dataclasses import replace

    with pytest.raises(RecipeError, match="a name is made of"):
        replace(RECIPES["cnn-basic"], name=name)


def test_what_a_file_names_lies_beside_it(tmp_path):
    (tmp_path / "pupil.py").write_text(
        "from dataclasses import replace\nfrom inkdigits.recipes.cnn_basic import RECIPE\n"
        'RECIPE = replace(RECIPE, name="pupil", teacher="mine.py")\n'
    )
    assert find_recipe(str(tmp_path / "pupil.py")).teacher == str(tmp_path / "mine.py")
    assert find_recipe("best-distilled").teacher == "best-ensemble"


def test_a_good_file_remembers_its_origin(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("from inkdigits.recipes.cnn_basic import RECIPE")
    assert find_recipe(str(file)).origin == str(file)
