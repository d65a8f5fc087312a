"""Every optimizer a person may name: its settings, update formula and purpose. Plain Python.

Names, defaults and meanings of the settings are those of ``torch.optim`` (2.13), with three pairs
taken apart: ``betas`` into beta1 and beta2, ``etas`` into eta1 and eta2, ``step_sizes`` into
step_min and step_max. In the formulas g is the gradient at θ, η the learning rate.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Setting:
    """One number an optimizer may be told.

    ``low`` and ``high`` are included in the range, ``log`` asks for a logarithmic slider, and a
    ``flag`` is 0 or 1.
    """

    name: str
    default: float
    low: float
    high: float
    log: bool
    help: str
    flag: bool = False


@dataclass(frozen=True)
class Optimizer:
    """One optimizer: its name in entries, its label on the screen and what it may be told.

    ``second`` names the setting that a learning-rate map uses as its other axis.
    """

    name: str
    label: str
    settings: tuple[Setting, ...]
    second: str
    formula: str
    help: str

    def setting(self, name: str) -> Setting:
        """Return the setting of that name; raise ``KeyError`` if there is none."""
        return {setting.name: setting for setting in self.settings}[name]


def _flag(name: str, text: str) -> Setting:
    return Setting(name, 0.0, 0.0, 1.0, False, text, flag=True)


def _lr(default: float) -> Setting:
    return Setting("lr", default, 1e-6, 100.0, True, "Learning rate η: a factor in the length of every step.")


_BELOW_ONE = 0.999999
_DECAY = Setting("weight_decay", 0.0, 0.0, 10.0, False, "λ: adds λθ to the gradient.")
_DECOUPLED = replace(_DECAY, default=0.01, help="λ: shrinks θ by ηλθ, apart from the gradient.")
_SWITCH = _flag("decoupled_weight_decay", "1: decay θ itself as AdamW does, not the gradient.")
_EPS = Setting("eps", 1e-8, 1e-16, 1.0, True, "ε: keeps the division finite.")
_MOMENTUM = Setting("momentum", 0.0, 0.0, 1.0, False, "β: the share of the last velocity kept.")
_DAMPENING = Setting("dampening", 0.0, 0.0, 1.0, False, "The gradient enters times 1 − this.")
_BETA1 = Setting("beta1", 0.9, 0.0, _BELOW_ONE, False, "β₁: memory of the mean gradient.")
_BETA2 = Setting("beta2", 0.999, 0.0, _BELOW_ONE, False, "β₂: memory of the squared gradient.")
_AMSGRAD = _flag("amsgrad", "1: divide by the largest squared-gradient average so far.")
_ADAM = (_BETA1, _BETA2, _EPS)

_ROWS = (
    Optimizer(
        "sgd", "SGD", (_lr(1e-3), _MOMENTUM, _DAMPENING, _DECAY), "momentum",
        r"\theta \leftarrow \theta - \eta g",
        "Steps against the gradient, η times its length.",
    ),
    Optimizer(
        "momentum", "Momentum", (_lr(1e-3), _MOMENTUM, _DAMPENING, _DECAY), "momentum",
        r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta v",
        "A heavy ball: steps along a decaying sum of all gradients so far.",
    ),
    Optimizer(
        "nesterov", "Nesterov", (_lr(1e-3), _MOMENTUM, _DECAY), "momentum",
        r"v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \eta (g + \beta v)",
        "Momentum that looks ahead: the newest gradient counts once more.",
    ),
    Optimizer(
        "adagrad", "Adagrad",
        (
            _lr(1e-2),
            Setting("lr_decay", 0.0, 0.0, 10.0, False, "γ: divides η by 1 + γ(t − 1) at step t."),
            Setting("initial_accumulator_value", 0.0, 0.0, 100.0, False, "What s starts from."),
            replace(_EPS, default=1e-10), _DECAY,
        ),
        "lr_decay",
        r"s \leftarrow s + g^2, \quad \theta \leftarrow \theta - \frac{\eta g}{\sqrt{s} + \epsilon}",
        "Divides each coordinate's step by the root of all its squared gradients: it only slows.",
    ),
    Optimizer(
        "adadelta", "Adadelta",
        (
            _lr(1.0), Setting("rho", 0.9, 0.0, _BELOW_ONE, False, "ρ: memory of both averages."),
            replace(_EPS, default=1e-6), _DECAY,
        ),
        "rho",
        r"s \leftarrow \rho s + (1 - \rho) g^2, \quad"
        r" d = \frac{\sqrt{u + \epsilon}}{\sqrt{s + \epsilon}} g, \quad"
        r" u \leftarrow \rho u + (1 - \rho) d^2, \quad \theta \leftarrow \theta - \eta d",
        "Scales steps by the recent size of its own steps; made for a learning rate of 1.",
    ),
    Optimizer(
        "rmsprop", "RMSprop",
        (
            _lr(1e-2), Setting("alpha", 0.99, 0.0, _BELOW_ONE, False, "α: memory of g²."),
            _EPS, _MOMENTUM, _flag("centered", "1: divide by the deviation, not the size, of g."),
            _DECAY,
        ),
        "alpha",
        r"s \leftarrow \alpha s + (1 - \alpha) g^2, \quad"
        r" \theta \leftarrow \theta - \frac{\eta g}{\sqrt{s} + \epsilon}",
        "Divides each coordinate's step by the recent size of its gradient.",
    ),
    Optimizer(
        "adam", "Adam", (_lr(1e-3), *_ADAM, _DECAY, _AMSGRAD), "beta2",
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad"
        r" v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad"
        r" \theta \leftarrow \theta - \eta"
        r" \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        "The mean gradient over the root of the mean squared gradient, coordinate by coordinate.",
    ),
    Optimizer(
        "adamw", "AdamW", (_lr(1e-3), *_ADAM, _DECOUPLED, _AMSGRAD), "beta2",
        r"\theta \leftarrow (1 - \eta \lambda) \theta - \eta"
        r" \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        "Adam whose weight decay shrinks θ directly.",
    ),
    Optimizer(
        "nadam", "NAdam",
        (
            _lr(2e-3), *_ADAM,
            Setting("momentum_decay", 0.004, 0.0, 1.0, False, "ψ: how fast β₁ warms up."),
            _DECAY, _SWITCH,
        ),
        "beta2",
        r"\mu_t = \beta_1 (1 - 0.96^{\psi t} / 2), \quad \theta \leftarrow \theta - \eta"
        r" \frac{\frac{(1 - \mu_t) g}{1 - \mu_1 \cdots \mu_t}"
        r" + \frac{\mu_{t+1} m}{1 - \mu_1 \cdots \mu_{t+1}}}"
        r"{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
        "Adam with Nesterov's look ahead.",
    ),
    Optimizer(
        "radam", "RAdam", (_lr(1e-3), *_ADAM, _DECAY, _SWITCH), "beta2",
        r"\theta \leftarrow \theta - \eta r_t"
        r" \frac{m / (1 - \beta_1^t)}{(\sqrt{v} + \epsilon) / \sqrt{1 - \beta_2^t}},"
        r" \quad r_t = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2) \rho_\infty}"
        r"{(\rho_\infty - 4)(\rho_\infty - 2) \rho_t}}",
        "Adam that divides only once its average is long enough: at the defaults five steps are raw momentum.",
    ),
    Optimizer(
        "adamax", "Adamax", (_lr(2e-3), *_ADAM, _DECAY), "beta2",
        r"u \leftarrow \max(\beta_2 u, |g| + \epsilon), \quad"
        r" \theta \leftarrow \theta - \frac{\eta}{1 - \beta_1^t} \frac{m}{u}",
        "Adam with the largest recent gradient in place of the root mean square.",
    ),
    Optimizer(
        "rprop", "Rprop",
        (
            replace(_lr(1e-2), help="Length of the first step; later lengths adapt by themselves."),
            Setting("eta1", 0.5, 1e-3, _BELOW_ONE, False, "η₋: shrinks a step when g changes sign."),
            Setting("eta2", 1.2, 1.000001, 5.0, False, "η₊: grows a step when g keeps its sign."),
            Setting("step_min", 1e-6, 1e-12, 1.0, True, "The shortest step."),
            Setting("step_max", 50.0, 1.0, 1000.0, True, "The longest step."),
        ),
        "eta2",
        r"s \leftarrow s \cdot (\eta_+ \;\mathrm{or}\; \eta_-), \quad"
        r" \theta \leftarrow \theta - s \, \mathrm{sign}(g)",
        "Uses only the gradient's signs: each coordinate's step grows until the sign flips.",
    ),
    Optimizer(
        "newton", "Newton",
        (_lr(1.0), Setting("damping", 1e-3, 1e-9, 1e3, True, "μ: added to every curvature.")),
        "damping",
        r"\theta \leftarrow \theta - \eta (H + \mu I)^{-1} g",
        "Divides by the exact curvature: one step on a quadratic, but saddles and maxima attract.",
    ),
)  # fmt: skip

OPTIMIZERS: dict[str, Optimizer] = {row.name: row for row in _ROWS}
