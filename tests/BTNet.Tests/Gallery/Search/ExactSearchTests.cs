using BTNet.Gallery.Search;

namespace BTNet.Tests.Gallery.Search;

public sealed class ExactSearchTests
{
    [Theory]
    [InlineData(512, 20_000, 1, 0.0, 20)]
    [InlineData(512, 20_000, 3, 0.7, 20)]
    [InlineData(128, 30_000, 2, 2.0, 1)]
    [InlineData(130, 9_001, 1, 0.5, 100)]
    [InlineData(5, 8_193, 4, 0.0, 7)]
    [InlineData(1, 50, 1, 0.0, 3)]
    public void The_best_are_those_of_the_plain_search_in_order_and_to_the_last_bit(int dimensions, int count, int rowsOfOwner, double alike, int places)
    {
        var sample = new SearchSample(dimensions, count, seed: dimensions + count, rowsOfOwner, alike);
        for (var i = 0; i < 100; i++) sample.Remove(sample.Random.Next(count));
        var queries = sample.Queries(9);

        foreach (var threads in (int?[])[1, null])
        {
            var found = ExactSearch.Run(sample.Rows, () => sample.Values, queries, places, threads: threads);
            Assert.All(found.Index(), query => Assert.Equal(sample.Plain(queries.AsSpan(query.Index * dimensions, dimensions), places), query.Item));
        }

        // One by one, too.
        Assert.Equal(sample.Plain(queries.AsSpan(0, dimensions), places), Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, queries.AsSpan(0, dimensions), places)));
    }

    [Fact]
    public void Only_owners_that_a_filter_lets_through_are_found_however_few_they_are()
    {
        var sample = new SearchSample(64, 20_000, seed: 1, rowsOfOwner: 2, alike: 1);
        var queries = sample.Queries(5);
        foreach (var every in (int[])[2, 97, 4_999])
        {
            var filter = new OwnerFilter(Enumerable.Range(0, 10_000).Where(owner => owner % every == 0));
            var found = ExactSearch.Run(sample.Rows, () => sample.Values, queries, 10, filter);
            Assert.All(found.Index(), query => Assert.Equal(sample.Plain(queries.AsSpan(query.Index * 64, 64), 10, owner => owner % every == 0), query.Item));
        }

        Assert.Empty(Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, queries.AsSpan(0, 64), 10, new OwnerFilter([]))));
    }

    [Fact]
    public void Equal_scores_come_in_the_order_of_owners_and_none_of_them_is_lost()
    {
        var sample = new SearchSample(32, 0, seed: 2);
        var row = sample.Drawn();
        for (var owner = 9_999; owner >= 0; owner--) sample.Add(row, owner);
        Assert.Equal(Enumerable.Range(0, 25), Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, row, 25)).Select(match => match.Owner));
    }

    [Fact]
    public void Of_an_owner_with_many_rows_the_most_alike_counts_and_takes_one_place()
    {
        var sample = new SearchSample(48, 500, seed: 3, rowsOfOwner: 100, alike: 3);
        var query = sample.Queries(1);
        var found = Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, query, 20));
        Assert.Equal(5, found.Length);
        Assert.Equal(sample.Plain(query, 20), found);
    }

    [Fact]
    public void Rows_of_zeros_and_of_any_length_are_taken_and_an_empty_gallery_finds_nobody()
    {
        Assert.Empty(Assert.Single(ExactSearch.Run(new SearchRows(16), () => new RowsInMemory(16), new float[16], 3)));

        var sample = new SearchSample(16, 10, seed: 4);
        sample.Add(new float[16], 100);
        sample.Add([.. sample.Drawn().Select(value => value * 1e-30f)], 101);
        sample.Add([.. sample.Drawn().Select(value => value * 1e30f)], 102);
        foreach (var query in (float[][])[new float[16], sample.Drawn(), [.. sample.Drawn().Select(value => value * 1e35f)]])
        {
            var found = Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, query, 13));
            Assert.Equal(sample.Plain(query, 13), found);
            Assert.All(found, match => Assert.InRange(match.Score, -1.0001f, 1.0001f));
        }
    }

    [Fact]
    public async Task Who_searches_while_rows_are_added_and_removed_finds_what_was_there_before()
    {
        var sample = new SearchSample(32, 9_000, seed: 5);
        var query = sample.Queries(1);
        var before = sample.Plain(query, 5);
        using var stop = new CancellationTokenSource();
        // What is added is like nothing that is searched for, and what is removed was added here.
        float[] opposite = [.. query.Select(value => -value)];
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 20_000 || !stop.IsCancellationRequested; i++) sample.Rows.Remove(sample.Rows.Add(opposite, 1_000_000 + i, 0));
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 50; i++) Assert.Equal(before, Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, query, 5)));
        await stop.CancelAsync();
        await writer;
        Assert.True(sample.Rows.Count >= 29_000);
    }

    [Fact]
    public void Rows_are_removed_by_owner_or_by_key_and_the_next_ones_come_up()
    {
        var sample = new SearchSample(24, 100, seed: 7, rowsOfOwner: 2);
        var query = sample.Queries(1);
        var before = Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, query, 4));
        Assert.Equal(2, sample.Rows.RemoveWhere((owner, _) => owner == before[0].Owner));
        Assert.Equal(1, sample.Rows.RemoveWhere((_, key) => key == before[1].Row));
        var after = Assert.Single(ExactSearch.Run(sample.Rows, () => sample.Values, query, 50));
        Assert.DoesNotContain(after, match => match.Owner == before[0].Owner || match.Row == before[1].Row);
        Assert.Equal(49, after.Length);
        Assert.Equal(0, sample.Rows.RemoveWhere((owner, _) => owner == before[0].Owner));
    }

    [Fact]
    public void A_search_is_cancelled()
    {
        var sample = new SearchSample(16, 10, seed: 6);
        Assert.ThrowsAny<OperationCanceledException>(() => ExactSearch.Run(sample.Rows, () => sample.Values, sample.Drawn(), 1, cancellation: new CancellationToken(true)));
    }
}
