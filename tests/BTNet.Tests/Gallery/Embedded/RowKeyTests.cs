using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Resolutions;
using FsCheck.Xunit;

namespace BTNet.Tests.Gallery.Embedded;

public sealed class RowKeyTests
{
    [Property]
    public void A_key_is_read_as_it_was_written(uint face, ushort faces, byte row)
    {
        var key = new RowKey((long)face << 7, faces, row);

        Assert.Equal(key, RowKey.Of(key.Value));
        Assert.True(key.Value >= 0);
    }

    [Fact]
    public void A_row_is_of_the_faces_it_was_made_of_and_of_no_others()
    {
        var key = new RowKey(9, 3, 1);

        Assert.True(key.IsOf(Faces(2, 5, 9)));
        Assert.False(key.IsOf(Faces(2, 9))); // one was removed
        Assert.False(key.IsOf(Faces(2, 5)));
        Assert.False(key.IsOf(Faces(2, 5, 9, 11)));
        Assert.False(key.IsOf([]));
        // Beyond 65,535 faces of one subject they are not told apart: that key is of one face fewer, too.
        Assert.True(new RowKey(70_000, 70_000, 0) is var many && RowKey.Of(many.Value).IsOf(Faces([.. Enumerable.Range(2, 69_999).Select(i => (long)i)])));
    }

    private static List<StoredFace> Faces(params long[] numbers) => [.. numbers.Select(number => new StoredFace(number, 1, new EnrolledFace(new float[] { 1 }, Resolution.Full)))];
}
