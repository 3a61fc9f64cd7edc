#!/usr/bin/env python3
"""Makes the data sets of the forest benchmark: NAME.train.csv and NAME.test.csv in the folder named by the argument.

Nothing is downloaded. `gems` is drawn to have the shape of ggplot2's diamonds (six measurements of two decimals, three
grades, a whole price), `bikes` that of UCI's bike sharing (calendar and weather of few values, a count), `homes` that of
California's housing (real numbers, one of few values, a price of three decimals), `covers` that of UCI's forest cover types
(ten measurements, forty-four columns of 0 and 1, seven classes of very different size). `words` is 95 % zeros, `letters` is of
sixteen whole numbers and 26 classes, of `gaps` a tenth of the values is missing, with a whole target and with classes.
"""
import os
import sys

import numpy as np
from sklearn import datasets

FOLDER = sys.argv[1]
ONLY = set(sys.argv[2:])


def write(name, X, y, test_share=0.2):
    if ONLY and name not in ONLY:
        return
    order = np.random.RandomState(1).permutation(len(y))
    test = int(len(y) * test_share)
    header = ",".join([f"x{i}" for i in range(X.shape[1])] + ["target"])
    for part, rows in (("test", order[:test]), ("train", order[test:])):
        with open(os.path.join(FOLDER, f"{name}.{part}.csv"), "w") as file:
            print(header, file=file)
            for row in np.c_[X[rows].astype(np.float32), y[rows]]:
                print(",".join("" if np.isnan(value) else "%.9g" % value for value in row), file=file)


def gems(n=53_940):
    r = np.random.RandomState(2)
    carat = np.round(np.minimum(0.2 + r.gamma(1.6, 0.38, n), 5), 2)
    side = 6.35 * carat ** (1 / 3)
    x, y = (np.round(side * (1 + 0.01 * r.randn(n)), 2) for _ in range(2))
    depth = np.round(61.7 + 1.4 * r.randn(n), 1)
    z = np.round((x + y) / 2 * depth / 100, 2)
    table = np.round(57.5 + 2.2 * r.randn(n))
    cut, color, clarity = r.binomial(4, 0.7, n), r.binomial(6, 0.5, n), r.binomial(7, 0.45, n)
    price = 4000 * carat**1.75 * 1.05**cut * 0.93**color * 1.12**clarity * np.exp(0.1 * r.randn(n))
    return np.c_[carat, cut, color, clarity, depth, table, x, y, z], np.round(np.minimum(price, 18_823))


def bikes(n=17_379):
    r = np.random.RandomState(3)
    hour, day = np.arange(n) % 24, np.arange(n) // 24
    month, weekday, year = day // 30 % 12, day % 7, day // 365
    warmth = np.round(0.5 - 0.3 * np.cos(month / 12 * 2 * np.pi) + 0.08 * r.randn(n), 2)
    humidity, wind = np.round(r.beta(4, 3, n), 2), np.round(r.gamma(2, 0.1, n), 4)
    weather, holiday = r.binomial(3, 0.15, n), r.binomial(1, 0.03, n)
    peak = np.exp(-((hour - 8) ** 2) / 4) * (weekday < 5) + np.exp(-((hour - 17.5) ** 2) / 9)
    level = (30 + 420 * peak * warmth + 90 * warmth) * (1 + 0.5 * year) * (1 - 0.15 * weather)
    X = np.c_[month // 3, year, month, hour, holiday, weekday, weekday < 5, weather, warmth, warmth, humidity, wind]
    return X, r.poisson(level).astype(float)


def homes(n=25_000):
    r = np.random.RandomState(4)
    place = r.rand(n, 2)
    age = r.randint(1, 53, n)
    income, rooms, bedrooms = r.gamma(3, 1.3, n), 5 + r.gamma(2, 0.5, n), 1 + 0.1 * r.gamma(1, 1, n)
    people, persons = np.round(r.gamma(1.6, 900, n)) + 3, 1 + r.gamma(4, 0.5, n)
    sea = np.exp(-8 * np.abs(place[:, 0] - 0.5 * place[:, 1]))
    price = 0.4 * income + 1.2 * sea - 0.1 * persons + 0.02 * rooms + 0.004 * age + 0.3 * r.randn(n) + 0.6
    return np.c_[income, age, rooms, bedrooms, people, persons, place], np.round(np.clip(price, 0.15, 5), 3)


def covers(n=75_000):
    r = np.random.RandomState(5)
    measured = [
        np.round(2960 + 280 * r.randn(n)), r.randint(0, 361, n), np.round(r.gamma(3.5, 4, n)),
        np.round(r.gamma(1.6, 170, n)), np.round(46 + 58 * r.randn(n)), np.round(r.gamma(2.3, 1020, n)),
        np.clip(np.round(212 + 27 * r.randn(n)), 0, 254), np.clip(np.round(223 + 20 * r.randn(n)), 0, 254),
        np.clip(np.round(143 + 38 * r.randn(n)), 0, 254), np.round(r.gamma(2.2, 900, n)),
    ]
    area, soil = r.choice(4, n, p=[0.45, 0.05, 0.43, 0.07]), r.choice(40, n, p=r.dirichlet(np.full(40, 0.5)))
    level = (measured[0] - 2960) / 280 + 0.5 * (area == 2) - 0.6 * (soil % 5 == 0) - measured[9] / 15_000
    level += 0.3 * np.sin(measured[1] / 57) + 0.35 * r.randn(n)
    return np.c_[np.c_[tuple(measured)], np.eye(4)[area], np.eye(40)[soil]], np.digitize(level, [-2, -1.6, -1.2, -0.3, 1, 1.9])


def words(n=20_000, width=200):
    r = np.random.RandomState(6)
    X = np.where(r.rand(n, width) < 0.95, 0, np.round(r.gamma(1, 1, (n, width)), 3))
    return X, (X[:, :40].sum(1) + 0.5 * r.randn(n) > 2).astype(int)


def letters(n=20_000):
    r = np.random.RandomState(7)
    label = r.randint(0, 26, n)
    return np.clip(np.round(r.uniform(1, 14, (26, 16))[label] + 2 * r.randn(n, 16)), 0, 15), label


def gaps(n=50_000):
    r = np.random.RandomState(8)
    X = r.randn(n, 12)
    y = np.round(100 * (X[:, 0] + X[:, 1] ** 2 + X[:, 2] * X[:, 3] + 0.3 * r.randn(n)))
    X[r.rand(n, 12) < 0.1] = np.nan
    return X, y


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    write("diabetes", *datasets.load_diabetes(return_X_y=True), test_share=0.25)
    write("gems", *gems())
    write("bikes", *bikes())
    write("friedman1", *datasets.make_friedman1(125_000, n_features=20, noise=1, random_state=0))
    write("million", *datasets.make_regression(1_250_000, n_features=10, n_informative=6, noise=10, random_state=0))
    write("digits", *datasets.load_digits(return_X_y=True))
    write("iris", *datasets.load_iris(return_X_y=True))
    write("wine", *datasets.load_wine(return_X_y=True))
    write("breast_cancer", *datasets.load_breast_cancer(return_X_y=True))
    write(
        "classes",
        *datasets.make_classification(
            62_500, n_features=30, n_informative=12, n_redundant=6, n_classes=4, n_clusters_per_class=3, random_state=0
        ),
    )
    for shape in (homes, covers, words, letters, gaps):
        write(shape.__name__, *shape())
    X, y = gaps()
    write("gaps_classes", X, np.digitize(y, [0, 100, 200]))
