using System.Text;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Tests.Pickles;
using BTNet.TestSupport;
using FsCheck;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

public sealed class InsightFaceBinTests
{
    private static readonly byte[][] FourImages = [[0xFF, 0xD8, 1], [0xFF, 0xD8, 2], [0xFF, 0xD8, 3], [0xFF, 0xD8, 4]];

    [Theory]
    [InlineData("lfw_fold3.bin", 600)]
    [InlineData("lfw_fold3_py2.bin", 120)]
    public void A_file_of_either_Python_gives_pairs_of_JPEG_images(string file, int pairs)
    {
        var bin = InsightFaceBin.Read(SharedData.Require("formats", "bin", file));

        Assert.Equal(file, bin.Name);
        Assert.Equal(pairs, bin.Pairs);
        Assert.Equal(pairs / 2, Enumerable.Range(0, pairs).Count(bin.Same));
        Assert.All(Enumerable.Range(0, pairs), i =>
        {
            Assert.True(IsJpeg(bin.First(i).Span), $"first image of pair {i}");
            Assert.True(IsJpeg(bin.Second(i).Span), $"second image of pair {i}");
        });
    }

    [Fact]
    public void The_pairs_are_those_of_the_list_that_the_file_was_made_from()
    {
        var bin = InsightFaceBin.Read(SharedData.Require("formats", "bin", "lfw_fold3.bin"));
        var lines = File.ReadAllLines(SharedData.Require("lfw", "pairs-fold3.txt")).Where(line => line.Length > 0).Select(line => line.Split('\t')).ToList();

        Assert.Equal(lines.Select(line => line[2] == "1"), Enumerable.Range(0, bin.Pairs).Select(bin.Same));
    }

    [Property]
    public bool Any_images_and_flags_come_back_as_they_were_written(NonEmptyArray<bool> same, byte[] content, bool python2)
    {
        var flags = same.Get;
        var images = Enumerable.Range(0, 2 * flags.Length).Select(i => content.Append((byte)i).ToArray()).ToArray();

        var bin = Parse(Pickle(images, flags, python2));

        return bin.Pairs == flags.Length && Enumerable.Range(0, flags.Length).All(i =>
            bin.Same(i) == flags[i] && bin.First(i).Span.SequenceEqual(images[2 * i]) && bin.Second(i).Span.SequenceEqual(images[(2 * i) + 1]));
    }

    [Theory]
    [MemberData(nameof(FlagsByNumpy))]
    public void Images_and_flags_may_be_arrays_of_numpy(string how, string base64)
    {
        var bin = Parse(Convert.FromBase64String(base64));

        Assert.Equal(3, bin.Pairs);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(bin.Same));
        Assert.True(bin.First(1).Span.SequenceEqual(new byte[] { 0xFF, 0xD8, 3 }), how);
        Assert.Equal(new byte[] { 0xFF, 0xD8, 6 }, bin.Second(2).ToArray());
    }

    public static TheoryData<string, string> FlagsByNumpy => new()
    {
        { "a list of numpy.bool_, protocol 4", "gASVngAAAAAAAABdlChDA//YAZRDA//YApRDA//YA5RDA//YBJRDA//YBZRDA//YBpRlXZQojBVudW1weS5jb3JlLm11bHRpYXJyYXmUjAZzY2FsYXKUk5SMBW51bXB5lIwFZHR5cGWUk5SMAmIxlImIh5RSlChLA4wBfJROTk5K/////0r/////SwB0lGJDAQGUhpRSlGgKaBBDAQCUhpRSlGgVZYaULg==" },
        { "an array of bool, protocol 2", "gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWAUAAADDv8OYAXECWAYAAABsYXRpbjFxA4ZxBFJxBWgBWAUAAADDv8OYAnEGaAOGcQdScQhoAVgFAAAAw7/DmANxCWgDhnEKUnELaAFYBQAAAMO/w5gEcQxoA4ZxDVJxDmgBWAUAAADDv8OYBXEPaAOGcRBScRFoAVgFAAAAw7/DmAZxEmgDhnETUnEUZWNudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEVY251bXB5Cm5kYXJyYXkKcRZLAIVxF2gBWAEAAABicRhoA4ZxGVJxGodxG1JxHChLAUsDhXEdY251bXB5CmR0eXBlCnEeWAIAAABiMXEfiYiHcSBScSEoSwNYAQAAAHxxIk5OTkr/////Sv////9LAHRxI2KJaAFYAwAAAAEAAXEkaAOGcSVScSZ0cSdihnEoLg==" },
        { "an array of bool, protocol 5", "gAWVoAAAAAAAAABdlChDA//YAZRDA//YApRDA//YA5RDA//YBJRDA//YBZRDA//YBpRljBJudW1weS5jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWAwAAAAAAAAABAAGUjAVudW1weZSMBWR0eXBllJOUjAJiMZSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0sAdJRiSwOFlIwBQ5R0lFKUhpQu" },
        { "an array of int64, protocol 4", "gASVygAAAAAAAABdlChDA//YAZRDA//YApRDA//YA5RDA//YBJRDA//YBZRDA//YBpRljBVudW1weS5jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsDhZRoCowFZHR5cGWUk5SMAmk4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGKJQxgBAAAAAAAAAAAAAAAAAAAAAQAAAAAAAACUdJRihpQu" },
        { "bytes by protocol 2 of Python 3", "gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWAUAAADDv8OYAXECWAYAAABsYXRpbjFxA4ZxBFJxBWgBWAUAAADDv8OYAnEGaAOGcQdScQhoAVgFAAAAw7/DmANxCWgDhnEKUnELaAFYBQAAAMO/w5gEcQxoA4ZxDVJxDmgBWAUAAADDv8OYBXEPaAOGcRBScRFoAVgFAAAAw7/DmAZxEmgDhnETUnEUZV1xFSiIiYhlhnEWLg==" },
        { "bytes by protocol 0 of Python 3", "KChscDAKY19jb2RlY3MKZW5jb2RlCnAxCihW/9gBCnAyClZsYXRpbjEKcDMKdHA0ClJwNQphZzEKKFb/2AIKcDYKZzMKdHA3ClJwOAphZzEKKFb/2AMKcDkKZzMKdHAxMApScDExCmFnMQooVv/YBApwMTIKZzMKdHAxMwpScDE0CmFnMQooVv/YBQpwMTUKZzMKdHAxNgpScDE3CmFnMQooVv/YBgpwMTgKZzMKdHAxOQpScDIwCmEobHAyMQpJMDEKYUkwMAphSTAxCmF0cDIyCi4=" },
        { "images as arrays of uint8, in a list instead of a tuple", "gASVPwEAAAAAAABdlChdlCiMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwOFlGgFjAVkdHlwZZSTlIwCdTGUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LAHSUYolDA//YAZR0lGJoBGgHSwCFlGgJh5RSlChLAUsDhZRoEYlDA//YApR0lGJoBGgHSwCFlGgJh5RSlChLAUsDhZRoEYlDA//YA5R0lGJoBGgHSwCFlGgJh5RSlChLAUsDhZRoEYlDA//YBJR0lGJoBGgHSwCFlGgJh5RSlChLAUsDhZRoEYlDA//YBZR0lGJoBGgHSwCFlGgJh5RSlChLAUsDhZRoEYlDA//YBpR0lGJlXZQoiImIZWUu" },
    };

    [Fact]
    public void Flags_may_be_the_integers_0_and_1()
    {
        var bin = Parse(Pickle(FourImages, "K\u0000K\u0001"));

        Assert.False(bin.Same(0));
        Assert.True(bin.Same(1));
    }

    [Fact]
    public void An_odd_number_of_images_is_refused() => Assert.Equal("some/x.bin holds 3 images, an odd number; expected two a pair", Refused(Pickle(FourImages[..3], "\u0088")));

    [Fact]
    public void Counts_that_do_not_match_are_both_named()
        => Assert.Contains("some/x.bin holds 4 images, which are 2 pairs, but 3 flags", Refused(Pickle(FourImages, "\u0088\u0089\u0088")));

    [Fact]
    public void A_file_without_images_is_refused() => Assert.Contains("holds no images", Refused(Pickle([], "")));

    [Fact]
    public void A_flag_that_is_none_is_refused_by_pair() => Assert.Contains("the flag of pair 1 is the integer 2; expected True or False", Refused(Pickle(FourImages, "\u0088K\u0002")));

    [Theory]
    [InlineData("\u0080\u0002](]]e](\u0088e\u0086.", "image 0 (pair 0) is a list of 0; expected the bytes of a JPEG or PNG")]
    [InlineData("\u0080\u0002](U\u0001aX\u0001\0\0\0be](\u0088e\u0086.", "image 1 (pair 0) is the text 'b'")]
    [InlineData("\u0080\u0002K\u0001.", "is a pickle, but not of two things")]
    [InlineData("\u0080\u0002](U\u0001aU\u0001be](\u0088e\u0088\u0087.", "is a pickle, but not of two things")]
    [InlineData("\u0080\u0002K\u0001](\u0088e\u0086.", "the images are the integer 1; expected a list")]
    [InlineData("\u0080\u0002](U\u0001aU\u0001beN\u0086.", "the flags are None; expected a list")]
    [InlineData("\u0080\u0002]q\0h\0\u0086.", "holds no images")]
    [InlineData("", "is empty; expected an InsightFace evaluation .bin")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "0x76 is no pickle instruction: the file is damaged, or not an InsightFace evaluation .bin")]
    [InlineData("\u0080\u0002]cposix\nsystem\n(U\u0004truetR\u0086.", "asks for posix.system, which is not part of an InsightFace evaluation .bin")]
    public void A_pickle_of_another_form_is_refused(string pickle, string expected) => Assert.Contains(expected, Refused(PicklesOfPython.Hand(pickle)));

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_by_path()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(folder.File("none.bin"), Assert.Throws<InputException>(() => InsightFaceBin.Read(folder.File("none.bin"))).Message);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => InsightFaceBin.Read(folder.Path)).Message);
    }

    [Fact]
    public void A_file_on_disk_is_named_with_the_place_of_the_fault()
    {
        using var folder = new TemporaryFolder();
        var pickle = Pickle(FourImages, "\u0088\u0089");
        var path = folder.WriteBytes("cut.bin", pickle.AsSpan(0, pickle.Length - 6));

        Assert.StartsWith($"{path}, byte {pickle.Length - 6}: needs 1 more bytes", Assert.Throws<InputException>(() => InsightFaceBin.Read(path)).Message);
    }

    private static InsightFaceBin Parse(byte[] pickle) => InsightFaceBin.Parse(pickle, "some/x.bin");

    private static string Refused(byte[] pickle) => Assert.Throws<InputException>(() => Parse(pickle)).Message;

    private static bool IsJpeg(ReadOnlySpan<byte> image) => image is [0xFF, 0xD8, .., 0xFF, 0xD9];

    internal static byte[] Pickle(byte[][] images, bool[] same, bool python2)
        => Pickle(images, string.Concat(same.Select(flag => flag ? '\u0088' : '\u0089')), python2);

    /// <summary>As Python writes it: lists filled from a mark; images as BINSTRING (Python 2) or BINBYTES (Python 3).</summary>
    private static byte[] Pickle(byte[][] images, string flags, bool python2 = false)
    {
        var pickle = new StringBuilder("\u0080\u0003](");
        foreach (var image in images)
            pickle.Append(python2 ? 'T' : 'B').Append(Encoding.Latin1.GetString(BitConverter.GetBytes(image.Length))).Append(Encoding.Latin1.GetString(image));
        return PicklesOfPython.Hand(pickle.Append("e](").Append(flags).Append("e\u0086.").ToString());
    }
}
