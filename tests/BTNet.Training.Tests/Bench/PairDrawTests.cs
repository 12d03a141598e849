using BTNet.Benchmarks;

namespace BTNet.Training.Tests.Bench;

public sealed class PairDrawTests
{
    private static readonly IReadOnlyList<string>[] People = [.. Enumerable.Range(0, 20).Select(person => (IReadOnlyList<string>)[.. Enumerable.Range(0, 1 + (person % 6)).Select(picture => $"{person}/{picture}")])];

    [Fact]
    public void Every_pair_of_one_person_comes_once_with_as_many_of_two_people_of_its_fold()
    {
        var folds = PairDraw.Folds(People, folds: 2, most: 0, seed: 1).ToList();
        Assert.Equal(People.Sum(pictures => pictures.Count * (pictures.Count - 1) / 2), folds.Sum(fold => fold.Count(pair => pair.Same)));
        Assert.All(folds, fold =>
        {
            Assert.Equal(fold.Count(pair => pair.Same), fold.Count(pair => !pair.Same));
            Assert.All(fold, pair => Assert.Equal(pair.Same, Person(pair.First) == Person(pair.Second)));
            Assert.Equal(fold.Count, fold.Select(pair => string.CompareOrdinal(pair.First, pair.Second) < 0 ? (pair.First, pair.Second) : (pair.Second, pair.First)).Distinct().Count());
        });
        Assert.Empty(folds[0].SelectMany(Both).Intersect(folds[1].SelectMany(Both)));

        static IEnumerable<string> Both((string First, string Second, bool Same) pair) => [Person(pair.First), Person(pair.Second)];
    }

    [Fact]
    public void A_seed_gives_the_same_pairs_and_another_gives_others()
    {
        var once = PairDraw.Folds(People, 2, most: 3, seed: 1).SelectMany(fold => fold).ToList();
        Assert.Equal(once, PairDraw.Folds(People, 2, most: 3, seed: 1).SelectMany(fold => fold));
        Assert.NotEqual(once, PairDraw.Folds(People, 2, most: 3, seed: 2).SelectMany(fold => fold));
        Assert.All(once.Where(pair => pair.Same).GroupBy(pair => Person(pair.First)), own => Assert.InRange(own.Count(), 1, 3));
    }

    private static string Person(string picture) => picture.Split('/')[0];
}
