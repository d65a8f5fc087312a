from explainer.plots.picture import View
VIEW = View(pictures=())
