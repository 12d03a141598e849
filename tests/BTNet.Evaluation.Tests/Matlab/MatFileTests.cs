using System.Buffers.Binary;
using BTNet.Evaluation.Matlab;
using BTNet.TestSupport;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Matlab;

public sealed class MatFileTests
{
    // What SciPy 1.10.1 wrote: scipy.io.savemat(f, {"a": numpy.array([["x.jpg"], ["é𝄞"]], dtype=object), "n": numpy.array([[1, 2, 300]], dtype=numpy.uint16), "d": 2.5, "t": "hi"}, do_compression=True),
    // then everything behind the 128 bytes of the header.
    private const string OfSciPy =
        "0F00000047000000789CE36360605801C46C40CC01C48C0C10C00AE53341C51881301148F301B105927A1634F58C5036CC1C0128BF422FAB209D48FD4C68FA416A0FAFFC30B7651E030300AE09083B0F0000002D000000789CE3"
        + "636060B000623620E600626E06086085F2198198194C3332E4016916A85A460626061DA024002251011B0F00000025000000789CE3636060B000623620E680D220C00AE533C23123430A90E6848A43008B0300204A01250F0000"
        + "002A000000789CE36360603000623620E600621606086085F2198198094C333294006901202F23938101001ADD01BA";

    [Fact]
    public void A_file_of_SciPy_is_read()
    {
        var file = MatFile.Parse(new byte[][] { new MatWriter().File(), Convert.FromHexString(OfSciPy) }.SelectMany(part => part).ToArray(), "x.mat");

        Assert.Equal(["a", "n", "d", "t"], file.Names);
        Assert.Equal(["x.jpg", "é𝄞"], Assert.IsType<MatCells>(file["a"]).Items.Select(cell => Assert.IsType<MatText>(cell).Lines.Single()));
        Assert.Equal([1, 2, 300], Values(file["n"]));
        Assert.Equal([2.5], Values(file["d"]));
        Assert.Equal(["hi"], Assert.IsType<MatText>(file["t"]).Lines);
        Assert.Equal(("a 2 x 1 cell array", "a 1 x 3 array of uint16 numbers", "a 1 x 2 character array"), (file["a"].Description, file["n"].Description, file["t"].Description));
    }

    [Theory]
    [InlineData("gallery", 177)]
    [InlineData("mated_probe", 193)]
    public void Lists_in_the_form_of_SurvFace_hold_a_name_and_a_number_for_every_picture(string set, int pictures)
    {
        var folder = SharedData.Require("formats", "survface", "Face_Identification_Test_Set");
        var file = MatFile.Read(Path.Combine(folder, $"{set}_img_ID_pairs.mat"));

        var names = Assert.IsType<MatCells>(file[$"{set}_set"]).Items.Select(cell => Assert.IsType<MatText>(cell).Lines.Single()).ToList();
        var ids = Assert.IsType<MatNumbers>(file[$"{set}_ids"]);
        Assert.Equal((pictures, pictures), (names.Count, ids.Count));
        Assert.All(names, name => Assert.True(File.Exists(Path.Combine(folder, set, name))));
        Assert.All(Enumerable.Range(0, pictures), i => Assert.InRange(ids.Integer(i)!.Value, 1, 100_000));
    }

    [Property(MaxTest = 300)]
    public void What_is_written_is_read_in_every_order_of_bytes_and_way_of_storing(bool bigEndian, bool compressed, bool small, int seed)
    {
        var random = new Random(seed);
        var writer = new MatWriter(bigEndian, compressed, small);
        MatType[] stores = [.. Enum.GetValues<MatType>().Where(type => MatNumbers.SizeOf(type) is not null)];
        MatType[] encodings = [MatType.Utf8, MatType.Utf16, MatType.UInt16, MatType.Utf32, MatType.UInt8];
        var (storage, encoding) = (stores[random.Next(stores.Length)], encodings[random.Next(encodings.Length)]);
        int[] sides = [random.Next(4), random.Next(4), random.Next(1, 3)];
        double[] values = [.. Enumerable.Range(0, sides[0] * sides[1] * sides[2]).Select(_ => (double)random.Next(128))];
        string[] names = [.. Enumerable.Range(0, random.Next(6)).Select(_ => new string([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(' ', encoding == MatType.UInt8 ? 256 : 0xD7FF))]))];
        var kind = (MatClass)random.Next((int)MatClass.Double, (int)MatClass.UInt64 + 1);
        writer.Add(writer.Numbers("numbers", sides, kind, storage, values));
        writer.Add(writer.Cells("names", [names.Length, 1], [.. names.Select(name => writer.Text("", [name], encoding))]));
        writer.Add(writer.Text("lines", ["abc ", "defg"], encoding));

        var file = MatFile.Parse(writer.File(), "x.mat");

        Assert.Equal(values, Values(file["numbers"]));
        Assert.Equal(sides, file["numbers"].Dimensions);
        Assert.Contains(kind.ToString().ToLowerInvariant(), file["numbers"].Description, StringComparison.Ordinal);
        Assert.Equal(names, Assert.IsType<MatCells>(file["names"]).Items.Select(cell => string.Concat(Assert.IsType<MatText>(cell).Lines)));
        Assert.Equal(["abc ", "defg"], Assert.IsType<MatText>(file["lines"]).Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Numbers_at_the_ends_of_their_types_are_kept(bool bigEndian)
    {
        var writer = new MatWriter(bigEndian);
        double[] extremes = [-128, -32768, -2147483648, -9007199254740992, 255, 65535, 4294967295, 9223372036854775808, -0.5, double.NaN];
        MatType[] stores = [MatType.Int8, MatType.Int16, MatType.Int32, MatType.Int64, MatType.UInt8, MatType.UInt16, MatType.UInt32, MatType.UInt64, MatType.Single, MatType.Double];
        foreach (var (i, storage) in stores.Index()) writer.Add(writer.Numbers($"v{i}", [1, 1], MatClass.Double, storage, [extremes[i]]));
        var file = MatFile.Parse(writer.File(), "x.mat");

        Assert.Equal(extremes, stores.Select((_, i) => ((MatNumbers)file[$"v{i}"])[0]));
        Assert.Equal([-128, -32768, -2147483648, -9007199254740992, 255, 65535, 4294967295, null, null, null], stores.Select((_, i) => ((MatNumbers)file[$"v{i}"]).Integer(0)));
    }

    [Fact]
    public void Other_classes_are_named_and_passed_over()
    {
        var writer = new MatWriter();
        foreach (var kind in (MatClass[])[MatClass.Struct, MatClass.Object, MatClass.Sparse, MatClass.FunctionHandle]) writer.Add(writer.Array(kind, [1, 1], kind.ToString(), [1, 2, 3, 4, 5]));
        writer.Add(writer.Numbers("complex", [1, 1], MatClass.Double, MatType.Double, [1], flags: 8)).Add(writer.Numbers("after", [1, 1], MatClass.Double, MatType.UInt8, [7]));
        writer.Add(writer.Element(MatType.Matrix, [.. writer.Element(MatType.UInt32, [17, 0, 0, 0, 0, 0, 0, 0]), .. writer.Element(MatType.Int8, "table"u8.ToArray())]));
        var file = MatFile.Parse(writer.File(), "x.mat");

        Assert.Equal(
            ["a struct", "an object", "a sparse matrix", "a function handle", "complex double numbers", "a 1 x 1 array of double numbers", "an object"],
            file.Names.Select(name => file[name].Description));
        var said = Assert.Throws<InputException>(() => file["gallery_set"]).Message;
        Assert.Contains("x.mat: holds no variable gallery_set, but Struct (a struct), Object", said, StringComparison.Ordinal);
        Assert.Contains("holds no variable x, but nothing", Assert.Throws<InputException>(() => MatFile.Parse(new MatWriter().File(), "y.mat")["x"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_version_says_what_to_do()
    {
        var hdf5 = new byte[600];
        new MatWriter().File(version: 2).CopyTo(hdf5, 0);
        new byte[] { 0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A }.CopyTo(hdf5, 512);
        foreach (var file in (byte[][])[hdf5, hdf5[512..], [.. "MATLAB 7.3 MAT-file, Platform: GLNXA64"u8]])
        {
            var said = Assert.Throws<InputException>(() => MatFile.Parse(file, "new.mat")).Message;
            Assert.Contains("new.mat: is a MAT-file of version 7.3", said, StringComparison.Ordinal);
            Assert.Contains("-v7", said, StringComparison.Ordinal);
            Assert.Contains("scipy.io.savemat", said, StringComparison.Ordinal);
        }

        Refused("is a MAT-file of version 3 of its format", new MatWriter().File(version: 3));
        Refused("one of level 4", new byte[300]);
        Refused("bytes 126 and 127 of its header", [.. Enumerable.Repeat((byte)'x', 300)]);
        Refused("has 3 bytes", [1, 2, 3]);
    }

    [Fact]
    public void Lengths_that_lie_and_arrays_that_contradict_themselves_are_refused_with_their_place()
    {
        var writer = new MatWriter();
        var number = writer.Numbers("n", [1, 1], MatClass.Double, MatType.Double, [1]);
        Refused("byte 128: an element needs 4294967280 more bytes where", [.. writer.File(), .. writer.Tag(MatType.Matrix, -16), .. number]);
        Refused("byte 128: an element needs 4 more bytes where 2 are left", [.. writer.File(), 14, 0]);
        Refused("a small element of 9 bytes", [.. writer.File(), 1, 0, 9, 0, 0, 0, 0, 0]);
        Refused("an element of Double where an array is expected", [.. writer.File(), .. writer.Element(MatType.Double, new byte[8])]);
        Refused("type 99, which there is not", [.. writer.File(), .. writer.Element((MatType)99, new byte[8])]);
        Refused("more members than a file has room for", Of(writer.Array(MatClass.Cell, [2147483647, 2147483647, 2147483647], "c", [])));
        Refused("a cell array of 2147483647 cells where 0 bytes are left", Of(writer.Array(MatClass.Cell, [2147483647, 1], "c", [])));
        Refused("has a side of -1", Of(writer.Array(MatClass.Cell, [-1, 1], "c", [])));
        Refused("an array of class 40, which there is not", Of(writer.Array((MatClass)40, [1, 1], "c", [])));
        Refused("sides have 4 bytes", Of(writer.Array(MatClass.Double, [1], "c", [])));
        Refused("has 8 bytes instead of 16", Of(writer.Array(MatClass.Double, [2, 1], "c", writer.Element(MatType.Double, new byte[8]))));
        Refused("numbers are stored as Utf8", Of(writer.Array(MatClass.Double, [1, 1], "c", writer.Element(MatType.Utf8, new byte[8]))));
        Refused("characters are stored as Double", Of(writer.Array(MatClass.Char, [1, 1], "c", writer.Element(MatType.Double, new byte[8]))));
        Refused("a text is no Utf8", Of(writer.Array(MatClass.Char, [1, 5], "c", writer.Element(MatType.Utf8, [0xFF, 0xFE, 0xFF, 0xFF, 0xFF]))));
        Refused("a text of 5 characters, where its array of 1 x 9 has 9", Of(writer.Array(MatClass.Char, [1, 9], "c", writer.Element(MatType.Utf8, "abcde"u8.ToArray()))));
        Refused("the contents of a cell are stored as Double", Of(writer.Array(MatClass.Cell, [1, 1], "c", writer.Element(MatType.Double, new byte[8]))));
        Refused("an array's name of 5000 characters", Of(writer.Array(MatClass.Double, [1, 1], new string('n', 5000), [])));

        byte[] Of(byte[] array) => new MatWriter().Add(array).File();
    }

    [Fact]
    public void Compressed_elements_that_are_cut_off_damaged_or_hold_more_than_their_array_are_refused()
    {
        var writer = new MatWriter();
        var names = writer.Cells("c", [50, 1], [.. Enumerable.Range(0, 50).Select(i => writer.Text("", [$"name {i}"], MatType.Utf8))]);
        var packed = writer.Compress(names);
        Refused("cut off", [.. writer.File(), .. writer.Tag(MatType.Compressed, packed.Length / 2), .. packed[8..(8 + (packed.Length / 2))]]);
        Refused("a compressed element is damaged", [.. writer.File(), .. writer.Tag(MatType.Compressed, 16), .. new byte[16]]);
        Refused("3 bytes behind the only array", [.. writer.File(), .. writer.Compress([.. names, 1, 2, 3])]);
        Refused("an element of Compressed where an array is expected", [.. writer.File(), .. writer.Compress(packed)]);
        var wrong = (byte[])packed.Clone();
        wrong[^1] ^= 1; // the checksum
        Refused("a compressed element is damaged", [.. writer.File(), .. wrong]);
    }

    [Fact]
    public void Arrays_within_arrays_end_at_a_depth_that_no_list_has()
    {
        var writer = new MatWriter();
        var nested = writer.Numbers("", [1, 1], MatClass.Double, MatType.Double, [1]);
        for (var depth = 0; depth < 10; depth++) nested = writer.Cells("", [1, 1], [nested]);
        Assert.Single(MatFile.Parse(new MatWriter().Add(nested).File(), "x.mat").Names);
        for (var depth = 0; depth < 2000; depth++) nested = writer.Cells("", [1, 1], [nested]);
        Refused("more than 16 deep", new MatWriter().Add(nested).File());
    }

    [Fact]
    public void A_bomb_is_refused_without_the_memory_that_it_would_take()
    {
        // 2 GiB of zeros in 2 MiB, behind the tag of an array of 16 bytes.
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(new MatWriter().Tag(MatType.Matrix, int.MaxValue));
            for (var i = 0; i < 2048; i++) zlib.Write(new byte[1 << 20]);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused("hold more than 268,435,456 bytes", [.. new MatWriter().File(), .. new MatWriter().Tag(MatType.Compressed, (int)packed.Length), .. packed.ToArray()]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 700L << 20); // the buffer, doubled until it has 256 MiB

        // A lying length costs what the file holds, no more.
        var lie = new MatWriter().Add(new MatWriter().Compress([.. new MatWriter().Tag(MatType.Matrix, int.MaxValue), .. new byte[100]])).File();
        before = GC.GetAllocatedBytesForCurrentThread();
        Refused("an element needs 2147483647 more bytes where 100 are left", lie);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void What_is_no_file_with_contents_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is a folder; expected a MAT-file", Assert.Throws<InputException>(() => MatFile.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file; expected a MAT-file", Assert.Throws<InputException>(() => MatFile.Read(folder.File("no.mat"))).Message, StringComparison.Ordinal);
    }

    private static void Refused(string message, byte[] file) => Assert.Contains(message, Assert.Throws<InputException>(() => MatFile.Parse(file, "x.mat")).Message, StringComparison.Ordinal);

    private static IEnumerable<double> Values(MatValue value)
    {
        var numbers = Assert.IsType<MatNumbers>(value);
        return Enumerable.Range(0, numbers.Count).Select(i => numbers[i]);
    }
}
