using BTNet.Gallery.Search;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BTNet.Tests.Gallery.Search;

/// <summary>Each processor's vectors by force, as far as this machine has them, beside a plain loop.</summary>
public sealed unsafe class RowScanTests
{
    [Property(MaxTest = 80)]
    public Property All_vectors_let_the_same_rows_through_whatever_is_removed_or_filtered() => Prop.ForAll(
        Gen.Choose(1, 200).SelectMany(dimensions => Gen.Choose(1, 400).SelectMany(rows => Gen.Choose(0, int.MaxValue - 1).Select(seed => (dimensions, rows, seed)))).ToArbitrary(), drawn =>
        {
            var sample = new SearchSample(drawn.dimensions, drawn.rows, drawn.seed, rowsOfOwner: 2, alike: drawn.seed % 2);
            for (var i = 0; i < drawn.rows / 8; i++) sample.Remove(sample.Random.Next(drawn.rows));
            // One by one, in tiles of four, and both.
            var (count, places) = (sample.Random.Next(1, 10), sample.Random.Next(1, 12));
            var every = sample.Random.Next(1, 6);
            var filter = every == 1 ? null : new OwnerFilter(Enumerable.Range(0, drawn.rows).Where(owner => owner % every == 0));
            var queries = sample.Queries(count);
            var units = new float[queries.Length];
            for (var i = 0; i < count; i++) SearchRows.Unit(queries.AsSpan(i * drawn.dimensions, drawn.dimensions), units.AsSpan(i * drawn.dimensions, drawn.dimensions));
            var tiles = new QueryTiles(units, drawn.dimensions, sample.Rows.Columns, filter, drawn.rows);
            var expected = Plain(sample, tiles, places);
            Assert.All(expected, list => Assert.All(list, match => Assert.True(match.Owner % every == 0)));

            Check<PlainRowLanes>();
            if (HalvedRowLanes.IsSupported) Check<HalvedRowLanes>();
            if (WideRowLanes.IsSupported) Check<WideRowLanes>();

            void Check<TLanes>()
                where TLanes : struct, IRowLanes
            {
                Shortlist[] found = [.. Enumerable.Range(0, count).Select(_ => new Shortlist(places))];
                // From anywhere in the segment on, as blocks do.
                var middle = drawn.rows / 2 / IRowLanes.RowsAtATime * IRowLanes.RowsAtATime;
                float[] floors = [.. Enumerable.Repeat(float.NegativeInfinity, count)];
                RowScan.Through<TLanes>(sample.Rows.Segments[0], 0, middle, tiles, found, floors, first: 0);
                RowScan.Through<TLanes>(sample.Rows.Segments[0], middle, drawn.rows, tiles, found, floors, first: 0);
                Assert.Equal(expected, found.Select(list => Shortlist.Ordered([list], float.NegativeInfinity)));
                // What other threads found already is not looked at again.
                Shortlist[] late = [.. Enumerable.Range(0, count).Select(_ => new Shortlist(places))];
                RowScan.Through<TLanes>(sample.Rows.Segments[0], 0, drawn.rows, tiles, late, [.. Enumerable.Repeat(2f, count)], first: 0);
                Assert.All(late, list => Assert.Empty(Shortlist.Ordered([list], float.NegativeInfinity)));
            }
        });

    [Fact]
    public void A_search_that_began_before_a_row_was_replaced_still_sees_it_and_a_later_one_sees_the_others_of_its_owner()
    {
        var sample = new SearchSample(16, 8, seed: 1);
        var (rows, query) = (sample.Rows, new float[16]);
        SearchRows.Unit(sample.Queries(1), query);
        var (owner, key, before) = (sample.Rows.Segments[0].Owners[3], rows.KeyOf(3), rows.Count);

        rows.Add(sample.Drawn(), owner, key + 1000);
        rows.ReplaceWhere((_, one) => one == key, before);

        Assert.Contains(3, Seen(before));
        Assert.DoesNotContain(before, Seen(before));
        Assert.DoesNotContain(3, Seen(rows.Count));
        Assert.Contains(before, Seen(rows.Count));
        Assert.Equal(1, rows.Removed);
        Assert.Equal(before, rows.Compacted().Count);

        IEnumerable<int> Seen(int among)
        {
            Shortlist[] found = [new(100)];
            RowScan.Run(rows.Segments[0], 0, among, 0, new QueryTiles(query, 16, rows.Columns, null, among), found, [float.NegativeInfinity]);
            return Shortlist.Ordered(found, float.NegativeInfinity).Select(match => match.Row);
        }
    }

    private static IReadOnlyList<Match>[] Plain(SearchSample sample, QueryTiles tiles, int places) => [.. Enumerable.Range(0, tiles.Count).Select(query =>
    {
        var (segment, list) = (sample.Rows.Segments[0], new Shortlist(places));
        for (var row = 0; row < sample.Rows.Count; row++)
        {
            if (segment.Owners[row] < 0 || !tiles.Allows(segment.Owners[row])) continue;
            var sum = 0;
            for (var column = 0; column < tiles.Columns; column++) sum += segment.Codes[(row * tiles.Columns) + column] * tiles.Codes[(query * tiles.Columns) + column];
            var (score, error) = (sum * (segment.Scales[row] * tiles.Scales[query]), segment.Errors[row] + tiles.Errors[query]);
            list.Add(segment.Owners[row], row, score - error, score + error);
        }

        return Shortlist.Ordered([list], float.NegativeInfinity);
    })];
}
