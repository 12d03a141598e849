using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class ContactSheetTests
{
    private const string Title = "What each resolution looks like (synthetic faces)";

    [Fact]
    public void There_is_a_row_for_each_resolution_of_that_size()
    {
        var rows = ContactSheet.AtEachResolution([Gradient(112), Gradient(112)]);
        Assert.Equal(["112 x 112", "56 x 56", "28 x 28", "14 x 14", "7 x 7"], rows.Select(row => row.Label));
        Assert.Equal([112, 56, 28, 14, 7], rows.Select(row => row.Faces[1].Width));
        Assert.Equal(Gradient(112).Pixels.ToArray(), rows[0].Faces[0].Pixels.ToArray());
    }

    [Fact]
    public void The_page_holds_every_cell_and_grows_by_one_with_each_column_and_row()
    {
        var small = ContactSheet.Draw(Title, Rows(4, 3));
        var wider = ContactSheet.Draw(Title, Rows(5, 3));
        var taller = ContactSheet.Draw(Title, Rows(4, 4));
        Assert.True(small.Width > 4 * 112 && small.Height > 3 * 112);
        Assert.Equal((small.Width + 118, small.Height), (wider.Width, wider.Height));
        Assert.Equal((small.Width, small.Height + 118), (taller.Width, taller.Height));
    }

    [Fact]
    public void A_title_wider_than_the_faces_is_not_cut_off()
    {
        var page = ContactSheet.Draw(Title, Rows(1, 1));
        Assert.Equal(0, Dark(page, page.Width - 12, 0, 12, page.Height));
        Assert.True(page.Width > 300);
    }

    [Fact]
    public void The_title_and_every_label_are_written()
    {
        var page = ContactSheet.Draw(Title, Rows(4, 5));
        var left = page.Width - 14 - ((4 * 118) - 6);
        var top = page.Height - 14 - ((5 * 118) - 6);
        Assert.True(Dark(page, 0, 0, page.Width, top) > 200, "no title");
        for (var row = 0; row < 5; row++)
            Assert.True(Dark(page, 0, top + (118 * row), left, 112) > 20, $"no label before row {row}");
    }

    [Fact]
    public void A_small_face_is_enlarged_pixel_by_pixel()
    {
        var face = Gradient(7);
        var page = ContactSheet.Draw("t", [new ContactSheetRow("7", [face])]);
        var (left, top) = (page.Width - 14 - 112, page.Height - 14 - 112);
        for (var y = 0; y < 112; y++)
        for (var x = 0; x < 112; x++)
        {
            var expected = face.Pixels.Slice(3 * ((y / 16 * 7) + (x / 16)), 3);
            Assert.True(expected.SequenceEqual(page.Pixels.Slice(3 * (((top + y) * page.Width) + left + x), 3)), $"at {x}, {y}");
        }
    }

    [Fact]
    public void No_rows_or_rows_of_different_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw(Title, []));
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw(Title, [new ContactSheetRow("a", [])]));
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw(Title, [.. Rows(2, 1), .. Rows(3, 1)]));
    }

    private static ContactSheetRow[] Rows(int columns, int rows) =>
        [.. Enumerable.Range(0, rows).Select(row => new ContactSheetRow($"row {row}", [.. Enumerable.Range(0, columns).Select(_ => Gradient(28))]))];

    private static FaceImage Gradient(int side)
    {
        var pixels = new byte[3 * side * side];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i * 5 % 251);
        return new FaceImage(side, side, pixels);
    }

    private static int Dark(FaceImage page, int left, int top, int width, int height)
    {
        var count = 0;
        for (var y = top; y < top + height; y++)
        for (var x = left; x < left + width; x++)
            if (page.Pixels[3 * ((y * page.Width) + x)] < 128) count++;
        return count;
    }
}
