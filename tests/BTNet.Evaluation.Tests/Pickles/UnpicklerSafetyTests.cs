using System.Diagnostics;
using System.Text;
using BTNet.Evaluation.Pickles;
using BTNet.TestSupport;
using static BTNet.Evaluation.Tests.Pickles.PicklesOfPython;

namespace BTNet.Evaluation.Tests.Pickles;

public sealed class UnpicklerSafetyTests
{
    private static readonly PickleGlobals Table = new PickleGlobals("a test pickle", "Ask its author.").AllowBytes().AllowOrderedDictionary().AllowNumpy();

    [Theory]
    [InlineData("cposix\nsystem\n(S'{0}'\ntR.", "posix.system")] // what os.system pickles as
    [InlineData("cos\nsystem\n(S'{0}'\ntR.", "os.system")]
    [InlineData("\u0080\u0004\u008c\u0005posix\u008c\u0006system\u0093(S'{0}'\ntR.", "posix.system")]
    [InlineData("(S'{0}'\niposix\nsystem\n.", "posix.system")]
    [InlineData("(cposix\nsystem\nS'{0}'\no.", "posix.system")]
    [InlineData("cposix\nsystem\n(S'{0}'\nt\u0081.", "posix.system")]
    [InlineData("c__builtin__\neval\n(S'{0}'\ntR.", "__builtin__.eval")]
    [InlineData("ccollections\nOrderedDict\n)Rcsubprocess\nPopen\n(S'{0}'\ntR.", "subprocess.Popen")]
    [InlineData("\u0080\u0004\u008c\u000bcollections\u008c\u0024OrderedDict.__init__.__globals__.get\u0093.", "collections.OrderedDict.__init__.__globals__.get")]
    public void A_pickle_that_would_run_a_program_is_refused_by_name_and_runs_nothing(string pickle, string name)
    {
        using var folder = new TemporaryFolder();
        var witness = folder.File("ran");

        var e = Assert.Throws<InputException>(() => Unpickler.Read(Hand(pickle.Replace("{0}", $"touch {witness}")), "bad.bin", Table));

        Assert.Contains($"asks for {name}, which is not part of a test pickle", e.Message);
        Assert.Contains("Ask its author.", e.Message);
        Assert.StartsWith("bad.bin, byte ", e.Message);
        Assert.False(File.Exists(witness));
    }

    [Fact]
    public void Nothing_is_called_after_a_name_outside_the_table_nor_by_a_name_alone()
    {
        var calls = 0;
        var table = new PickleGlobals("a test pickle", "").Allow("a.f", _ => ++calls).AllowNames("a.T");

        Assert.Throws<InputException>(() => Unpickler.Read(Hand("ca\ng\n0ca\nf\n)R."), "x", table));
        Assert.IsType<PickleName>(Unpickler.Read(Hand("ca\nf\n."), "x", table));
        Assert.Contains("calls the name a.T", Assert.Throws<InputException>(() => Unpickler.Read(Hand("ca\nT\n)R."), "x", table)).Message);
        Assert.Equal(0, calls);
        Assert.Equal(1, Unpickler.Read(Hand("ca\nf\n)R."), "x", table));
    }

    [Fact]
    public void A_foreign_name_cannot_steer_the_terminal()
    {
        var e = Assert.Throws<InputException>(() => Unpickler.Read(Hand("ca\u001b[2J\u0007\nb\n."), "x", Table));

        Assert.DoesNotContain(e.Message, char.IsControl);
    }

    [Fact]
    public void Lists_of_lists_that_would_unfold_to_billions_stay_as_small_as_the_file()
    {
        // Forty levels, each ten times the last: 10^40 leaves in 1,300 bytes.
        var pickle = new StringBuilder("]q\0");
        for (var level = 0; level < 40; level++)
            pickle.Append("](").Insert(pickle.Length, $"h{(char)level}", 10).Append('e').Append('q').Append((char)(level + 1));
        pickle.Append('.');

        var (value, allocated, elapsed) = Measured(() => Unpickler.Read(Hand(pickle.ToString()), "x", Table));

        Assert.Equal(10, Assert.IsType<PickleList>(value).Items.Count);
        Assert.InRange(allocated, 0, 1_000_000);
        Assert.InRange(elapsed.TotalSeconds, 0, 5);
    }

    [Theory]
    [InlineData("c_codecs\nencode\nq\0X\0\0\u0001\0{0}q\u0001X\u0006\0\0\0latin1\u0086q\u0002", "h\0h\u0002R0")]
    [InlineData("ccollections\nOrderedDict\nq\0]({1}e\u0085q\u0002", "h\0h\u0002R0")]
    public void Copying_one_long_value_again_and_again_is_stopped(string start, string repeated)
    {
        start = start.Replace("{0}", new string('a', 65536)).Replace("{1}", string.Concat(Enumerable.Repeat("K\u0001K\u0002\u0086", 10_000)));
        var pickle = Hand(start + string.Concat(Enumerable.Repeat(repeated, 10_000)) + "N.");

        var (e, allocated, _) = Measured(() => Assert.Throws<InputException>(() => Unpickler.Read(pickle, "x", Table)));

        Assert.Contains("copies of values take more than", e.Message);
        Assert.InRange(allocated, 0, 40_000_000);
    }

    [Fact]
    public void Values_nested_a_million_deep_neither_overflow_the_stack_nor_grow()
    {
        var tuples = Unpickler.Read(Hand(")" + new string('\u0085', 1_000_000) + "."), "x", Table);
        Assert.IsType<PickleTuple>(tuples);

        var marks = Assert.Throws<InputException>(() => Unpickler.Read(Hand(new string('(', 1_000_000) + "."), "x", Table));
        Assert.Contains("more than 1000 deep", marks.Message);
    }

    [Fact]
    public void A_pickle_of_too_many_values_is_refused()
    {
        var (e, allocated, _) = Measured(() => Assert.Throws<InputException>(() => Unpickler.Read(Hand(new string(']', 5_000_000) + "."), "x", Table)));

        Assert.Contains("more than 4000000 values", e.Message);
        Assert.InRange(allocated, 0, 600_000_000);
    }

    [Fact]
    public void A_memo_place_of_four_billion_takes_no_memory()
    {
        var (value, allocated, _) = Measured(() => Unpickler.Read(Hand("K\u0005r\u00ff\u00ff\u00ff\u00ff0j\u00ff\u00ff\u00ff\u00ff."), "x", Table));

        Assert.Equal(5L, value);
        Assert.InRange(allocated, 0, 100_000);
    }

    [Fact]
    public void Integer_keys_chosen_to_collide_cost_no_more_than_others()
    {
        // The framework hashes a 64-bit integer to the exclusive or of its halves: these would all fall together.
        var pickle = new StringBuilder("}(");
        for (var i = 0; i < 100_000; i++)
        {
            var half = $"{(char)(i & 255)}{(char)((i >> 8) & 255)}{(char)(i >> 16)}\0";
            pickle.Append("\u008a\u0008").Append(half).Append(half).Append('N');
        }

        var (value, _, elapsed) = Measured(() => Unpickler.Read(Hand(pickle + "u."), "x", Table));

        Assert.Equal(100_000, Assert.IsType<PickleDict>(value).Items.Count);
        Assert.InRange(elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void A_dictionary_key_of_a_megabyte_is_refused()
        => Assert.Contains("a dictionary key of more than 1024 characters", Assert.Throws<InputException>(
            () => Unpickler.Read(Hand("}X\0\0\u0010\0" + new string('a', 1 << 20) + "Ns."), "x", Table)).Message);

    private static (T Value, long Allocated, TimeSpan Elapsed) Measured<T>(Func<T> work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var value = work();
        return (value, GC.GetAllocatedBytesForCurrentThread() - before, watch.Elapsed);
    }
}
