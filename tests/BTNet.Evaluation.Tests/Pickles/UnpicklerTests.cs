using BTNet.Evaluation.Pickles;
using static BTNet.Evaluation.Tests.Pickles.PicklesOfPython;

namespace BTNet.Evaluation.Tests.Pickles;

public sealed class UnpicklerTests
{
    private static readonly PickleGlobals Table = new PickleGlobals("a test pickle", "Do nothing.").AllowBytes().AllowOrderedDictionary();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Plain_values_of_every_kind_are_read_in_every_protocol(int protocol)
    {
        var items = Assert.IsType<PickleTuple>(Read(Bytes(Values[protocol]))).Items;

        Assert.Equal(24, items.Count);
        Assert.Equal(new object?[] { null, true, false, 0L, 255L, 65535L, -1L, 1L << 31, long.MinValue, long.MaxValue, 1.5, double.NegativeInfinity, "gün 你😀" }, items.Take(13));
        Assert.Equal(new byte[] { 0, 255, (byte)'a', (byte)'b' }, Content(items[13]));
        Assert.Equal("xyz"u8.ToArray(), Content(items[14]));
        for (var length = 0; length <= 4; length++)
            Assert.Equal(Enumerable.Range(1, length).Select(i => (object?)(long)i), Assert.IsType<PickleTuple>(items[15 + length]).Items);
        Assert.Empty(Assert.IsType<PickleList>(items[20]).Items);
        var list = Assert.IsType<PickleList>(items[21]).Items;
        Assert.Equal(1L, list[0]);
        Assert.Equal([2L], Assert.IsType<PickleList>(list[1]).Items);
        Assert.Empty(Assert.IsType<PickleDict>(items[22]).Items);
        Assert.Equal(
            [KeyValuePair.Create<object, object?>("a", 1L), KeyValuePair.Create<object, object?>(2L, "b"), KeyValuePair.Create<object, object?>(true, null)],
            Assert.IsType<PickleDict>(items[23]).Items);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void An_ordered_dictionary_keeps_the_order_of_the_file(int protocol)
    {
        var dict = Assert.IsType<PickleDict>(Read(Bytes(OrderedDictionary[protocol])));

        Assert.Equal(["b", "a"], dict.Items.Select(item => item.Key));
        Assert.True(dict.TryGet("a", out var list));
        Assert.Equal([2L], Assert.IsType<PickleList>(list).Items);
        Assert.False(dict.TryGet("c", out _));
    }

    [Theory]
    [InlineData("S'a\\n\\x41\\101\\'\\\\'\n.", "a\nAA'\\")]
    [InlineData("S\"it's\"\n.", "it's")]
    [InlineData("T\u0003\0\0\0a\u00ffb.", "a\u00ffb")]
    [InlineData("U\u0002\u0080\u0000.", "\u0080\0")]
    public void A_string_of_Python_2_is_bytes(string pickle, string expected) => Assert.Equal(Hand(expected), Content(Read(Hand(pickle))));

    [Theory]
    [InlineData("I12\nI13\n02.", 12L)]
    [InlineData("(I1\nI2\n1I7\n.", 7L)]
    [InlineData("(K\u00010K\u0005.", 5L)]
    [InlineData("\u008a\0.", 0L)]
    [InlineData("\u008a\u0001\u00ff.", -1L)]
    [InlineData("\u008b\u0002\0\0\0\u0000\u0001.", 256L)]
    [InlineData("L-12L\n.", -12L)]
    [InlineData("I5\np7\n0g7\n.", 5L)]
    [InlineData("K\u0005r\u0001\u0002\u0003\u00040j\u0001\u0002\u0003\u0004.", 5L)]
    public void Small_programs_give_what_Python_gives(string pickle, long expected) => Assert.Equal((object)expected, Read(Hand(pickle)));

    [Fact]
    public void A_list_may_hold_itself()
    {
        var list = Assert.IsType<PickleList>(Read(Hand("]q\0h\0a.")));

        Assert.Same(list, Assert.Single(list.Items));
    }

    [Fact]
    public void A_key_written_twice_keeps_its_place_and_takes_the_last_value()
    {
        var dict = Assert.IsType<PickleDict>(Read(Hand("}(U\u0001aK\u0001U\u0001bK\u0002U\u0001aK\u0003u.")));

        Assert.Equal([KeyValuePair.Create<object, object?>("a", 3L), KeyValuePair.Create<object, object?>("b", 2L)], dict.Items);
    }

    [Fact]
    public void Attributes_hung_on_an_ordered_dictionary_are_ignored()
    {
        var dict = Assert.IsType<PickleDict>(Read(Hand("ccollections\nOrderedDict\n)R}U\u0009_metadataK\u0001sb.")));

        Assert.Empty(dict.Items);
    }

    [Fact]
    public void An_ordered_dictionary_of_Python_2_is_built_from_its_pairs()
    {
        var dict = Assert.IsType<PickleDict>(Read(Hand("ccollections\nOrderedDict\n(](](U\u0001aK\u0001eetR.")));

        Assert.Equal([KeyValuePair.Create<object, object?>("a", 1L)], dict.Items);
    }

    [Fact]
    public void A_value_outside_the_file_comes_from_the_function_given_for_it()
    {
        Assert.Equal("<id 7>", Unpickler.Read(Hand("K\u0007Q."), "x", Table, call => $"<id {call.Arguments[0]}>"));
        Assert.Equal("<id seven>", Unpickler.Read(Hand("Pseven\n."), "x", Table, call => $"<id {call.Arguments[0]}>"));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\u00ff\u00d8\u00ff\u00e0", "byte 0: 0xFF is no pickle instruction")]
    [InlineData("<html>", "byte 0: 0x3C is no pickle instruction")]
    [InlineData("\u0080\u0006N.", "byte 0: pickle protocol 6")]
    [InlineData("\u0080\u0004K", "byte 2: needs 1 more bytes where 0 are left")]
    [InlineData("B\u00ff\u00ff\u00ff\u00ffabc.", "byte 0: needs 4294967295 more bytes where 4 are left")]
    [InlineData("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc.", "needs 18446744073709551615 more bytes")]
    [InlineData("T\u00ff\u00ff\u00ff\u00ffabc.", "the length -1 is negative")]
    [InlineData("N", "byte 1: needs 1 more bytes")]
    [InlineData("]0.", "byte 2: takes a value where there is none")]
    [InlineData("(.", "byte 1: takes a value where there is none")]
    [InlineData("t.", "byte 0: goes back to a mark where there is none")]
    [InlineData("N\u0086.", "byte 1: takes 2 values where there are 1")]
    [InlineData("h\u0009.", "byte 0: recalls the value 9, which was never remembered")]
    [InlineData("g-1\n.", "-1 is no place of the memo")]
    [InlineData("Na.", "takes a value where there is none")]
    [InlineData("K\u0001K\u0002a.", "byte 4: adds to the integer 1")]
    [InlineData("}(K\u0001u.", "a key without a value")]
    [InlineData("})K\u0001s.", "a dictionary key is a tuple of 0")]
    [InlineData("\u008a\u00ff", "an integer of 255 bytes; at most 8")]
    [InlineData("\u008b\u0009\0\0\0123456789.", "an integer of 9 bytes")]
    [InlineData("I12x\n.", "the text of an integer is malformed")]
    [InlineData("L99999999999999999999L\n.", "beyond 64 bits")]
    [InlineData("Fone\n.", "the text of a number is malformed")]
    [InlineData("I12", "a line has no end")]
    [InlineData("S'abc\n.", "a quoted text is malformed")]
    [InlineData("S'\\xZZ'\n.", "a quoted text is malformed")]
    [InlineData("V\\u12\n.", "an escaped text is malformed")]
    [InlineData("X\u0001\0\0\0\u00ff.", "a text is not UTF-8")]
    [InlineData("\u008f.", "the pickle instruction EmptySet is not supported")]
    [InlineData("\u0097.", "the pickle instruction NextBuffer is not supported")]
    [InlineData("\u0082\u0001.", "the pickle instruction Ext1 is not supported")]
    [InlineData("K\u0007Q.", "refers to a value outside the file")]
    [InlineData("NNb.", "sets the state of None")]
    [InlineData("N)R.", "calls None, which is no function")]
    [InlineData("K\u0001K\u0002\u0093.", "names a function by something that is no text")]
    public void A_faulty_pickle_is_refused_with_file_and_place(string pickle, string expected)
    {
        var e = Assert.Throws<InputException>(() => Read(Hand(pickle)));

        Assert.StartsWith("some.bin", e.Message);
        Assert.Contains(expected, e.Message);
    }

    [Theory]
    [InlineData("c_codecs\nencode\n(X\u0002\0\0\0\u00c4\u0080X\u0006\0\0\0latin1tR.", "character 0 of the text is no byte")]
    [InlineData("c_codecs\nencode\n(X\u0001\0\0\0aX\u0003\0\0\0rottR.", "is not latin1")]
    [InlineData("c_codecs\nencode\n(K\u0001K\u0002tR.", "the text (argument 0) is the integer 1")]
    [InlineData("c_codecs\nencode\n)R.", "the text (argument 0) is missing")]
    [InlineData("c_codecs\nencode\nNR.", "the arguments of a call are None")]
    [InlineData("ccollections\nOrderedDict\n(K\u0001tR.", "the list of pairs (argument 0) is the integer 1")]
    public void A_wrong_argument_is_refused_by_the_name_of_the_call(string pickle, string expected)
        => Assert.Contains(expected, Assert.Throws<InputException>(() => Read(Hand(pickle))).Message);

    private static object? Read(byte[] pickle) => Unpickler.Read(pickle, "some.bin", Table);

    private static byte[] Content(object? value) => Assert.IsType<PickleBytes>(value).Content.ToArray();
}
