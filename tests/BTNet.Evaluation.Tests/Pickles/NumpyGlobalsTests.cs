using BTNet.Evaluation.Pickles;
using static BTNet.Evaluation.Tests.Pickles.PicklesOfPython;

namespace BTNet.Evaluation.Tests.Pickles;

public sealed class NumpyGlobalsTests
{
    private static readonly PickleGlobals Table = new PickleGlobals("a test pickle", "").AllowBytes().AllowNumpy();

    [Theory]
    [InlineData(0, "numpy.core")]
    [InlineData(1, "numpy.core")]
    [InlineData(2, "numpy.core")]
    [InlineData(2, "numpy._core")]
    [InlineData(3, "numpy.core")]
    [InlineData(4, "numpy.core")]
    [InlineData(5, "numpy.core")]
    public void Arrays_and_numbers_of_numpy_are_read_in_every_protocol(int protocol, string module)
    {
        // Numpy 2 moved the module and writes the rest as before.
        var pickle = Hand(System.Text.Encoding.Latin1.GetString(Bytes(Numpy[protocol])).Replace("cnumpy.core", $"c{module}"));

        var items = Assert.IsType<PickleTuple>(Unpickler.Read(pickle, "x", Table)).Items;

        var flags = Assert.IsType<NumpyArray>(items[0]);
        Assert.Equal([3L], flags.Shape);
        Assert.Equal([true, false, true], Enumerable.Range(0, flags.Count).Select(i => flags[i]));
        Assert.Equal([true, false], Assert.IsType<PickleList>(items[1]).Items);
        var bigEndian = Assert.IsType<NumpyArray>(items[2]);
        Assert.Equal(258L, bigEndian[0]);
        Assert.Equal(0.5, items[3]);
        Assert.Equal(new byte[] { 0, 1, 2 }, Assert.IsType<NumpyArray>(items[4]).Data.ToArray());
        Assert.Equal(1.5, items[5]);
    }

    [Theory]
    [InlineData("O8", "the numpy type 'O8' is not understood")]
    [InlineData("V4", "the numpy type 'V4' is not understood")]
    [InlineData("u8", "the numpy type 'u8' is not understood")]
    [InlineData("f1", "the numpy type 'f1' is not understood")]
    public void A_type_that_is_no_plain_number_is_refused_by_name(string type, string expected)
        => Assert.Contains(expected, Refused($"cnumpy\ndtype\n(U\u0002{type}tR."));

    [Theory]
    [InlineData("(K\u0001(K\u0009tcnumpy\ndtype\n(U\u0002b1tR\u0089U\u0003abct", "an array [9] of numpy type b1 needs 9 bytes, but 3 are there")]
    [InlineData("(K\u0001(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007ftcnumpy\ndtype\n(U\u0002b1tR\u0089U\u0003abct", "needs 9223372036854775807 bytes, but 3")]
    [InlineData("(K\u0001(J\u00ff\u00ff\u00ff\u00fftcnumpy\ndtype\n(U\u0002b1tR\u0089U\u0003abct", "axis 0 of an array is the integer -1")]
    [InlineData("(K\u0001(K\u0003tcnumpy\ndtype\n(U\u0002b1tR\u0089]t", "only arrays of plain numbers are understood")]
    public void An_array_whose_size_does_not_match_its_bytes_is_refused(string state, string expected)
        => Assert.Contains(expected, Refused($"cnumpy.core.multiarray\n_reconstruct\n)R{state}b."));

    [Fact]
    public void A_number_with_too_few_bytes_is_refused()
        => Assert.Contains("numpy type f8 has 8 bytes, but 2 are there", Refused("cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\u0002f8tRU\u0002abtR."));

    private static string Refused(string pickle) => Assert.Throws<InputException>(() => Unpickler.Read(Hand(pickle), "x", Table)).Message;
}
