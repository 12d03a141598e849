using System.Text;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

public sealed class PairListReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PairListReaderTests()
    {
        Directory.CreateDirectory(_folder.File("faces/a"));
        for (var i = 0; i < 8; i++) _folder.WriteBytes($"faces/a/{i}.jpg", [1]);
    }

    private string Root => _folder.File("faces");

    public void Dispose() => _folder.Dispose();

    private string List(string name, params string[] lines) => _folder.WriteText(name, string.Join('\n', lines) + "\n");

    private static string Pair(int first, int second, int same) => $"a/{first}.jpg\ta/{second}.jpg\t{same}";

    /// <summary>What regresses waits for ever.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Pipes_are_refused_and_not_waited_for()
    {
        var (list, binary) = (SpecialFiles.MakePipe(_folder.File("pipe.txt")), SpecialFiles.MakePipe(_folder.File("pipe.bin")));
        foreach (var pipe in (string[])[list, binary])
        {
            var fault = await Task.Run(() => Assert.Throws<InputException>(() => PairSets.Open([pipe], _folder.Path)), TestContext.Current.CancellationToken);
            Assert.Contains($"{pipe}: is a pipe and no regular file; expected ", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_list_is_a_fold_and_an_image_of_several_pairs_is_one()
    {
        var set = PairListReader.Read([List("one.txt", Pair(0, 1, 1), Pair(0, 2, 0)), List("two.txt", "# a remark", "", Pair(3, 2, 0), Pair(3, 4, 1))], Root);
        Assert.Equal(2, set.FoldCount);
        Assert.Equal(5, set.Images.Count);
        Assert.Equal([(0, true), (0, false), (1, false), (1, true)], set.Pairs.Select(pair => (pair.Fold, pair.Same)));
        Assert.Equal(["a/0.jpg|a/1.jpg", "a/0.jpg|a/2.jpg", "a/3.jpg|a/2.jpg", "a/3.jpg|a/4.jpg"],
            set.Pairs.Select(pair => $"{set.Images[pair.First].Name}|{set.Images[pair.Second].Name}"));
        Assert.Equal("one.txt, two.txt", set.Name);
        Assert.Empty(set.Notices);
    }

    [Fact]
    public void A_single_list_is_cut_into_folds_and_says_so()
    {
        var set = PairListReader.Read([List("one.txt", Pair(0, 1, 1), Pair(2, 3, 1), Pair(0, 2, 0), Pair(1, 3, 0))], Root);
        Assert.Equal(2, set.FoldCount);
        Assert.Contains("stratified", Assert.Single(set.Notices));
    }

    [Fact]
    public void Every_fault_is_named_with_file_and_line_at_once()
    {
        var one = List("one.txt", Pair(0, 1, 1), "a/0.jpg a/1.jpg 1", "a/0.jpg\ta/1.jpg\tyes", "/etc/passwd\ta/1.jpg\t1");
        var two = List("two.txt", "a/0.jpg\t../../secret.jpg\t0", "\ta/1.jpg\t1");
        var fault = Assert.Throws<InputException>(() => PairListReader.Read([one, two, _folder.File("three.txt")], _folder.File("nowhere")));
        Assert.Contains($"{one}:2: 1 fields instead of 3; expected 'path TAB path TAB 1 or 0'", fault.Message);
        Assert.Contains($"{one}:3: 'yes' is neither 1", fault.Message);
        Assert.Contains($"{one}:4: '/etc/passwd' is an absolute path", fault.Message);
        Assert.Contains($"{two}:1: '../../secret.jpg' leads out of the root", fault.Message);
        Assert.Contains($"{two}:2: an empty path", fault.Message);
        Assert.Contains($"{_folder.File("three.txt")}: there is no such file", fault.Message);
        Assert.Contains($"{_folder.File("nowhere")}: there is no such folder", fault.Message);
        Assert.Equal(7, fault.Faults.Count);
    }

    [Fact]
    public void An_empty_list_and_a_list_given_twice_are_refused()
    {
        var (empty, good) = (_folder.WriteText("empty.txt", ""), List("good.txt", Pair(0, 1, 1), Pair(0, 2, 0)));
        Assert.Contains("empty.txt: is empty", Assert.Throws<InputException>(() => PairListReader.Read([empty, good], Root)).Message);
        Assert.Contains("is given 2 times", Assert.Throws<InputException>(() => PairListReader.Read([good, good], Root)).Message);
    }

    [Fact]
    public void A_missing_image_is_named_and_its_pairs_are_left_out_and_counted()
    {
        var lists = new[] { List("one.txt", Pair(0, 1, 1), Pair(0, 2, 0), Pair(9, 1, 1)), List("two.txt", Pair(3, 2, 0), Pair(3, 4, 1), Pair(9, 0, 0)) };
        var log = new List<string>();
        var set = PairListReader.Read(lists, Root, new SkippedItems(log.Add), greatestMissingShare: .2);
        Assert.Equal(4, set.Pairs.Count);
        Assert.Equal(2, set.SkippedPairs);
        Assert.Contains("a/9.jpg", Assert.Single(log));
        Assert.DoesNotContain(set.Images, image => image.Name == "a/9.jpg");

        var fault = Assert.Throws<InputException>(() => PairListReader.Read(lists, Root));
        Assert.Contains("1 of 6 images of the pair lists are missing", fault.Message);
        Assert.Contains("a/9.jpg", fault.Message);
    }

    [Fact]
    public void Folds_whose_others_know_one_label_only_are_refused()
    {
        var fault = Assert.Throws<InputException>(() => PairListReader.Read([List("one.txt", Pair(0, 1, 1), Pair(0, 2, 0)), List("two.txt", Pair(3, 4, 1))], Root));
        Assert.Contains("one label only", fault.Message);
    }

    [Fact]
    public void Damaged_lists_raise_input_faults_only()
    {
        var valid = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 20).Select(i => Pair(i % 8, (i + 1) % 8, i % 2))));
        var random = new Random(11);
        var (read, refused) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var bytes = valid[..random.Next(valid.Length + 1)];
            for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                PairListReader.Read([_folder.WriteBytes("fuzz.txt", bytes)], Root, greatestMissingShare: 1);
                read++;
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.True(read > 20 && refused > 20, $"{read} read, {refused} refused");
    }

    [Fact]
    public void The_lists_of_lfw_are_read_with_every_image()
    {
        var set = PairListReader.Read([SharedData.Require("lfw", "pairs-fold3.txt"), SharedData.Require("lfw", "pairs-fold4.txt")], SharedData.Require("lfw", "faces"));
        Assert.Equal((1200, 2, 0), (set.Pairs.Count, set.FoldCount, set.SkippedPairs));
        Assert.Equal(600, set.Pairs.Count(pair => pair.Same));
        Assert.True(set.Images.Count < 2400);
        Assert.Equal((112, 112), (set.Images[0].Decode().Width, set.Images[0].Decode().Height));
    }
}
