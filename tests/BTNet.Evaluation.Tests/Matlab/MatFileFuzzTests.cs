using System.Diagnostics;
using BTNet.Evaluation.Matlab;
using BTNet.TestSupport;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Matlab;

public sealed class MatFileFuzzTests
{
    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        var watch = Stopwatch.StartNew();
        var (read, refused) = (0, 0);
        foreach (var (bigEndian, compressed) in (ReadOnlySpan<(bool, bool)>)[(false, false), (true, false), (false, true), (true, true)])
        foreach (var damaged in Mutations.Of(Sample(bigEndian, compressed), 4000, seed: 1))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (TryRead(damaged)) read++;
            else refused++;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 60);
        Assert.True(read > 1000 && refused > 1000, $"{read} read, {refused} refused");
    }

    [Theory]
    [InlineData("gallery")]
    [InlineData("mated_probe")]
    public void Damaged_lists_in_the_form_of_SurvFace_are_read_or_refused_and_nothing_else(string set)
    {
        var file = File.ReadAllBytes(SharedData.Require("formats", "survface", "Face_Identification_Test_Set", $"{set}_img_ID_pairs.mat"));
        Assert.True(TryRead(file));
        var refused = Mutations.Of(file, 4000, seed: 2).Count(damaged => !TryRead(damaged));
        Assert.InRange(refused, 500, 4000);
    }

    [Fact]
    public void Every_shorter_file_is_refused_but_where_an_element_ends()
    {
        var file = Sample(bigEndian: false, compressed: true);
        var read = Enumerable.Range(0, file.Length).Where(length => TryRead(file[..length])).ToList();
        Assert.Equal(3, read.Count); // behind the header, the first and the second of three arrays
    }

    [Property(MaxTest = 2000)]
    public void Any_bytes_behind_a_header_are_read_or_refused_and_nothing_else(byte[] bytes) => TryRead([.. new MatWriter().File(), .. bytes]);

    private static byte[] Sample(bool bigEndian, bool compressed)
    {
        var writer = new MatWriter(bigEndian, compressed);
        return writer.Add(writer.Cells("names", [2, 2], [.. new[] { "0001_cam1_1.jpg", "a", "", "0002_cam1_1.jpg" }.Select(name => writer.Text("", [name], MatType.UInt16))]))
            .Add(writer.Numbers("ids", [4, 1], MatClass.Double, MatType.UInt8, [1, 1, 2, 2]))
            .Add(writer.Cells("nested", [1, 1], [writer.Cells("", [1, 1], [writer.Text("", ["ab", "cd"], MatType.Utf8)])])).File();
    }

    private static bool TryRead(byte[] file)
    {
        try
        {
            var read = MatFile.Parse(file, "x.mat");
            foreach (var name in read.Names) Look(read[name]);
            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>Asks for all that there is: numbers are widened only then.</summary>
    private static void Look(MatValue value)
    {
        Assert.NotEmpty(value.Description);
        if (value is MatCells cells)
            foreach (var cell in cells.Items) Look(cell);
        if (value is MatNumbers numbers)
            for (var i = 0; i < numbers.Count; i++) Assert.True(numbers.Integer(i) is null || numbers[i] == numbers.Integer(i));
    }
}
