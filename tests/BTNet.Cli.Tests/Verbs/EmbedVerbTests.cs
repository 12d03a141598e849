using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using BTNet.Cli.Embedding;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class EmbedVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Embeddings_of_a_folder_are_those_of_the_library_in_the_order_of_the_pictures()
    {
        var output = _folder.File("new/faces.npy");
        var ended = Embed(output, "--json").Expect(0);
        foreach (var file in (string[])["faces.npy", "faces.npy.rows.csv"]) Assert.Contains($"writing {file}: 32 of 32 rows", ended.Errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ended.Output);
        Assert.Equal((32, 32, 0), (json.RootElement.GetProperty("pictures").GetInt32(), json.RootElement.GetProperty("faces").GetInt32(), json.RootElement.GetProperty("skipped").GetArrayLength()));
        var files = PictureFiles.Find([tiny.Faces]);
        Assert.Equal(files, File.ReadLines(output + ".rows.csv").Skip(1).Select(line => line.Split(',')[0]));
        using var embedder = FaceEmbedder.Load(package.Path);
        var expected = embedder.Embed([.. files.Select(FaceDecoder.DecodeFile)]);
        var values = Values(output);
        Assert.All(Enumerable.Range(0, 32), i => Assert.True(TensorPrimitives.CosineSimilarity(expected[i].Values, values.AsSpan(i * 16, 16)) > 0.99999));
        Assert.False(File.Exists(EmbeddingJournal.PathFor(output)));
    }

    [Fact]
    public void Options_of_the_branch_choice_are_heeded()
    {
        var small = _folder.File("20.png");
        File.WriteAllBytes(small, FaceEncoder.EncodePng(new FaceImage(20, 12, new byte[3 * 20 * 12])));
        Assert.Contains("1 at 112 pixels", Btnet.Run("embed", small, "--model", package.Path, "--out", _folder.File("ceil.csv")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("1 at 14 pixels", Btnet.Run("embed", small, "--model", package.Path, "--out", _folder.File("min.csv"), "--indicator", "min").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("1 at 14 pixels", Btnet.Run("embed", small, "--model", package.Path, "--out", _folder.File("floor.csv"), "--rule", "floor", "--mode", "shared", "--threads", "1").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("btnet quantize", Btnet.Run("embed", small, "--model", package.Path, "--out", _folder.File("int8.csv"), "--int8").Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_pictures_are_listed_and_left_out()
    {
        var (faces, output) = (_folder.File("faces"), _folder.File("faces.csv"));
        TinyModel.WriteFaces(faces);
        var broken = Path.Combine(faces, "person1", "3.jpg");
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..200]);
        File.WriteAllText(Path.Combine(faces, "person2", "empty.png"), "");
        var table = Btnet.Run("embed", faces, "--model", package.Path, "--out", output).Expect(3);
        Assert.Contains("2 pictures were left out", table.Output, StringComparison.Ordinal);
        Assert.Contains(broken, table.Output, StringComparison.Ordinal);
        Assert.Equal(1 + 31, File.ReadAllLines(output).Length);
        using var json = JsonDocument.Parse(Btnet.Run("embed", faces, "--model", package.Path, "--out", output, "--json").Expect(3).Output);
        Assert.Equal([broken, Path.Combine(faces, "person2", "empty.png")], json.RootElement.GetProperty("skipped").EnumerateArray().Select(item => item.GetProperty("path").GetString()));
        Assert.Contains("is empty", json.RootElement.GetProperty("skipped")[1].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_refused_where_it_is_named_and_left_out_of_a_folder()
    {
        var (faces, output) = (Directory.CreateDirectory(_folder.File("faces")).FullName, _folder.File("faces.csv"));
        File.Copy(Path.Combine(tiny.Faces, "person0", "0.jpg"), Path.Combine(faces, "0.jpg"));
        var pipe = SpecialFiles.MakePipe(Path.Combine(faces, "pipe.jpg"));
        Assert.Contains($"{pipe}: is a pipe and no regular file", Btnet.Run("embed", pipe, "--model", package.Path, "--out", output).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains($"{pipe}: is a pipe and no regular file; expected a table", Btnet.Run("embed", Path.Combine(faces, "0.jpg"), "--landmarks", pipe, "--model", package.Path, "--out", output).Expect(2).Errors, StringComparison.Ordinal);
        var ended = Btnet.Run("embed", faces, "--model", package.Path, "--out", output).Expect(3);
        Assert.Contains("is a pipe and no regular file", ended.Output, StringComparison.Ordinal);
        Assert.Equal(1 + 1, File.ReadAllLines(output).Length);
    }

    [Theory]
    [InlineData(9, 137)]
    [InlineData(2, 130)]
    public void Killed_or_interrupted_half_way_the_same_command_ends_with_the_same_file(int signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        Assert.SkipWhen(signal == 2 && Signals.InterruptsAreIgnored(), "started in the background by a shell, whose children ignore Ctrl-C");
        var pictures = TinyPackage.WriteLargePictures(_folder.File("pictures"), 400);
        var (straight, broken) = (_folder.File("straight.parquet"), _folder.File("broken.parquet"));
        string[] Command(string output) => ["embed", pictures, "--model", package.Path, "--out", output, "--threads", "1"];
        Btnet.Run(Command(straight)).Expect(0);
        using (var running = Btnet.Start(Command(broken)))
        {
            var journal = new FileInfo(EmbeddingJournal.PathFor(broken));
            Wait(() => running.HasEnded || (journal.Exists && journal.Length > 4000), journal);
            running.Signal(signal);
            var ended = running.End().Expect(exitCode);
            Assert.False(File.Exists(broken));
            if (exitCode == 130) Assert.Contains("the same command goes on", ended.Errors, StringComparison.Ordinal);
        }

        var resumed = Btnet.Run(Command(broken)).Expect(0);
        Assert.Matches(@"going on after (64|128|192|256|320|384) of 400 pictures", resumed.Errors);
        Assert.True(File.ReadAllBytes(straight).AsSpan().SequenceEqual(File.ReadAllBytes(broken)), "a resumed run wrote other bytes");
        Assert.False(File.Exists(EmbeddingJournal.PathFor(broken)));
    }

    [Fact]
    public void Two_that_write_one_file_are_told_apart_and_the_first_is_not_disturbed()
    {
        var output = _folder.File("faces.npy");
        using (EmbeddingJournal.Open(output, new Dictionary<string, string>(StringComparer.Ordinal), fresh: false))
            Assert.Contains("another `btnet embed` is writing it", Embed(output).Expect(2).Errors, StringComparison.Ordinal);
        Embed(output).Expect(0);
    }

    [Fact]
    public void Work_begun_on_other_pictures_is_not_mixed_with_these()
    {
        var output = _folder.File("faces.npy");
        using (var journal = EmbeddingJournal.Open(output, new Dictionary<string, string>(StringComparer.Ordinal) { ["the pictures"] = "others" }, fresh: false)) journal.Append(new JournalChunk(0, 1, [], []));
        var said = Embed(output).Expect(2).Errors;
        Assert.Contains("begun and not finished with something else", said, StringComparison.Ordinal);
        Assert.Contains("the version of btnet", said, StringComparison.Ordinal);
        Embed(output, "--fresh").Expect(0);
    }

    [Fact]
    public void Unfinished_work_whose_beginning_is_damaged_is_told_before_it_is_begun_anew()
    {
        var output = _folder.File("faces.npy");
        var path = EmbeddingJournal.PathFor(output);
        using (var journal = EmbeddingJournal.Open(output, new Dictionary<string, string>(StringComparer.Ordinal), fresh: false)) journal.Append(new JournalChunk(0, 1, [], []));
        var bytes = File.ReadAllBytes(path);
        bytes["btnet-embedding-journal-1\n".Length + 4] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains($"{path}: its beginning is damaged", Embed(output).Expect(0).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_photograph_of_several_faces_has_a_row_each_and_one_without_a_line_is_listed()
    {
        var photos = Directory.CreateDirectory(_folder.File("photos")).FullName;
        foreach (var name in (string[])["two.jpg", "none.jpg"]) File.Copy(Path.Combine(tiny.Faces, "person0", "0.jpg"), Path.Combine(photos, name));
        var table = _folder.WriteText("landmarks.csv", "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\ntwo.jpg,10,12,14,12\ntwo.jpg,20,30,50,31\n");
        var output = _folder.File("photos.csv");
        var ended = Btnet.Run("embed", photos, "--landmarks", table, "--model", package.Path, "--out", output).Expect(3);
        Assert.Contains("none.jpg", ended.Output, StringComparison.Ordinal);
        Assert.Contains("has no line for it", ended.Output, StringComparison.Ordinal);
        var rows = File.ReadLines(output).Skip(1).Select(line => line.Split(',')).ToList();
        // Eyes 4 pixels apart are a face of 13 pixels, those 30 apart one of 95.
        Assert.Equal([("0", "13", "14"), ("1", "95", "112")], rows.Select(row => (row[1], row[2], row[4])));
    }

    [Fact]
    public void An_output_that_is_the_table_or_a_picture_is_refused_and_left_as_it_was()
    {
        var picture = Path.Combine(tiny.Faces, "person0", "0.jpg");
        var table = _folder.WriteText("landmarks.csv", "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n0.jpg,10,12,34,12\n");
        var before = File.ReadAllText(table);
        var roundabout = Path.Combine(_folder.Path, ".", "landmarks.csv");
        Assert.Contains($"would write over {table}", Btnet.Run("embed", picture, "--landmarks", table, "--model", package.Path, "--out", roundabout).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(table));
        var odd = _folder.File("picture.npy.rows.csv");
        File.Copy(picture, odd);
        Assert.Contains($"would write over {odd}", Btnet.Run("embed", odd, "--model", package.Path, "--out", _folder.File("picture.npy")).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(picture), File.ReadAllBytes(odd));
    }

    [Fact]
    public void Links_hide_no_output_that_is_the_table_or_a_picture()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        const string Lines = "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n0.jpg,10,12,34,12\n";
        var picture = Path.Combine(tiny.Faces, "person0", "0.jpg");
        var real = Directory.CreateDirectory(_folder.File("real")).FullName;
        var (table, folder) = (Path.Combine(real, "landmarks.csv"), Directory.CreateSymbolicLink(_folder.File("folder"), "real").FullName);
        File.WriteAllText(table, Lines);
        var link = File.CreateSymbolicLink(_folder.File("link.csv"), Path.Combine("folder", "landmarks.csv")).FullName;
        foreach (var (given, output) in ((string, string)[])[(table, link), (link, table), (table, Path.Combine(folder, "landmarks.csv")), (Path.Combine(folder, "landmarks.csv"), link)])
            Assert.Contains($"would write over {given}", Btnet.Run("embed", picture, "--landmarks", given, "--model", package.Path, "--out", output).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Equal(Lines, File.ReadAllText(table));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_name_that_fits_two_pictures_is_refused_and_one_that_fits_none_is_told()
    {
        foreach (var name in (string[])["d1", "d2"]) File.Copy(Path.Combine(tiny.Faces, "person0", "0.jpg"), Path.Combine(Directory.CreateDirectory(_folder.File(name)).FullName, "a.jpg"));
        const string Columns = "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y\n";
        var (first, second, output) = (_folder.File("d1"), _folder.File("d2"), _folder.File("out.csv"));
        var table = _folder.WriteText("landmarks.csv", Columns + "a.jpg,10,12,34,12\n");
        var said = Btnet.Run("embed", first, second, "--landmarks", table, "--model", package.Path, "--out", output).Expect(2).Errors;
        Assert.Contains($"a.jpg fits both {Path.Combine(first, "a.jpg")} and {Path.Combine(second, "a.jpg")}", said, StringComparison.Ordinal);
        // One picture by two paths is one picture.
        Btnet.Run("embed", first, Path.Combine(first, ".", "a.jpg"), "--landmarks", table, "--model", package.Path, "--out", output).Expect(0);
        _folder.WriteText("landmarks.csv", Columns + "d1/a.jpg,10,12,34,12\nd2/a.jpg,10,12,34,12\nd3/a.jpg,10,12,34,12\n");
        var ended = Btnet.Run("embed", first, second, "--landmarks", table, "--model", package.Path, "--out", output, "--json").Expect(0);
        Assert.Contains("1 names fit none of the pictures; the first is d3/a.jpg", ended.Errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ended.Output);
        Assert.Equal(1, json.RootElement.GetProperty("unusedNames").GetInt32());
    }

    [Theory]
    [InlineData("faces.txt", "expected a file that ends in .parquet, .npy, .csv")]
    [InlineData("faces", "expected a file that ends in .parquet, .npy, .csv")]
    public void An_output_of_unknown_form_is_refused_before_anything_is_done(string name, string said) => Assert.Contains(said, Embed(_folder.File(name)).Expect(2).Errors, StringComparison.Ordinal);

    [Fact]
    public void What_cannot_be_embedded_at_all_ends_with_2_and_says_why()
    {
        var output = _folder.File("faces.npy");
        var empty = Directory.CreateDirectory(_folder.File("empty")).FullName;
        Assert.Contains("no pictures in this folder", Run(empty, package.Path, output), StringComparison.Ordinal);
        Assert.Contains("nowhere: there is no such file or folder", Run(_folder.File("nowhere"), package.Path, output), StringComparison.Ordinal);
        Assert.Contains("none of the 1 pictures can be embedded", Run(_folder.WriteText("broken.jpg", "x"), package.Path, output), StringComparison.Ordinal);
        Assert.Contains("nothing can be written beside it", Run(tiny.Faces, package.Path, Path.Combine(_folder.WriteText("file", ""), "faces.npy")), StringComparison.Ordinal);
        Assert.Contains("holds no btnet.json", Run(tiny.Faces, empty, output), StringComparison.Ordinal);
        Assert.Contains("is a checkpoint of a training and no model package", Run(tiny.Faces, tiny.Model, output), StringComparison.Ordinal);
        var damaged = package.CopyTo(_folder.File("damaged"));
        var weights = Path.Combine(damaged, "weights.bin");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Contains("weights.bin is damaged", Run(tiny.Faces, damaged, output), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "faces.npy*"));

        static string Run(string pictures, string model, string output) => Btnet.Run("embed", pictures, "--model", model, "--out", output).Expect(2).Errors;
    }

    [Fact]
    public void Nothing_of_torch_is_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asks glibc's loader what it loads");
        KeyValuePair<string, string>[] telling = [new("LD_DEBUG", "files")];
        // That it would be seen.
        Assert.Contains("libtorch", Btnet.RunWith(telling, "info").Expect(0).Errors, StringComparison.Ordinal);
        var picture = Path.Combine(tiny.Faces, "person0", "0.jpg");
        string[][] commands = [["embed", picture, "--model", package.Path, "--out", _folder.File("one.npy")], ["compare", picture, picture, "--model", package.Path], ["info", package.Path]];
        Assert.All(commands, command => Assert.DoesNotContain("torch", Btnet.RunWith(telling, command).Expect(0).Errors, StringComparison.OrdinalIgnoreCase));
    }

    public void Dispose() => _folder.Dispose();

    private Ended Embed(string output, params string[] more) => Btnet.Run(["embed", tiny.Faces, "--model", package.Path, "--out", output, .. more]);

    private static float[] Values(string npy)
    {
        var bytes = File.ReadAllBytes(npy);
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8))).ToArray();
    }

    private static void Wait(Func<bool> until, FileInfo file)
    {
        for (var i = 0; i < 3000 && !until(); i++)
        {
            Thread.Sleep(20);
            file.Refresh();
        }
    }
}
