"""A lesson as one HTML file to hand out: text, formulas, and the pictures of a run at up to 200 of its steps.

``recording`` lives the run and keeps what its cards paint, as shapes, in both themes, with what is read where;
``packing`` makes of that the data that the page carries; ``text`` and ``formulas`` write the lesson; ``page`` puts
all into the template in ``assets/lesson``.
"""
