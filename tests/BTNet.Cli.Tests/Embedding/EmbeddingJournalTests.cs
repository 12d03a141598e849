using BTNet.Cli.Embedding;
using BTNet.TestSupport;
using FsCheck.Xunit;

namespace BTNet.Cli.Tests.Embedding;

public sealed class EmbeddingJournalTests : IDisposable
{
    private static readonly Dictionary<string, string> Identity = new(StringComparer.Ordinal) { ["the model"] = "a", ["the pictures"] = "b" };

    private readonly TemporaryFolder _folder = new();

    private string Output => _folder.File("out.npy");

    [Property(MaxTest = 60)]
    public void A_journal_cut_off_anywhere_keeps_every_chunk_before_the_cut(ushort cut)
    {
        var (whole, ends) = ThreeChunks();
        var length = cut % (whole.Length + 1);
        File.WriteAllBytes(EmbeddingJournal.PathFor(Output), whole[..length]);
        using var journal = EmbeddingJournal.Open(Output, Identity, fresh: false);
        Assert.Equal(ends.Count(end => end <= length) * 2, journal.Pictures);
        // Told wherever more was there than is used.
        if (length >= ends[0]) Assert.Equal(!ends.Contains(length), journal.Loss is not null);
        // And it goes on from there.
        journal.Append(Chunk(journal.Pictures));
        Assert.Equal(journal.Pictures, journal.Chunks().Sum(chunk => chunk.Pictures));
    }

    [Property(MaxTest = 60)]
    public void A_flipped_bit_costs_its_chunk_and_what_follows_and_nothing_before(ushort place)
    {
        var (whole, ends) = ThreeChunks();
        var at = (int)(ends[0] + (place % (whole.Length - ends[0])));
        whole[at] ^= 4;
        File.WriteAllBytes(EmbeddingJournal.PathFor(Output), whole);
        using var journal = EmbeddingJournal.Open(Output, Identity, fresh: false);
        Assert.Equal(ends.Count(end => end <= at) * 2, journal.Pictures);
        Assert.Contains($"its last {whole.Length - ends.Last(end => end <= at):N0} bytes are cut off or damaged", journal.Loss, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_beginning_costs_all_and_is_told_unless_anew_is_asked_for()
    {
        var path = EmbeddingJournal.PathFor(Output);
        var (whole, _) = ThreeChunks();
        // Within the names of what embeddings depend on.
        whole[50] ^= 4;
        foreach (var fresh in (bool[])[true, false])
        {
            File.WriteAllBytes(path, whole);
            using var journal = EmbeddingJournal.Open(Output, Identity, fresh);
            Assert.Equal((0, fresh), (journal.Pictures, journal.Loss is null));
            if (!fresh) Assert.Equal($"{path}: its beginning is damaged, so that its {whole.Length:N0} bytes of unfinished work cannot be used; starting anew", journal.Loss);
        }

        using var begun = EmbeddingJournal.Open(_folder.File("new.npy"), Identity, fresh: false);
        Assert.Null(begun.Loss);
    }

    [Property(MaxTest = 60)]
    public void Foreign_bytes_are_refused_and_left_alone_however_few_and_even_where_anew_is_asked_for(byte[] bytes, bool fresh)
    {
        bytes = [1, .. bytes, .. bytes, .. bytes];
        var path = EmbeddingJournal.PathFor(Output);
        File.WriteAllBytes(path, bytes);
        var fault = Assert.Throws<InputException>(() => EmbeddingJournal.Open(Output, Identity, fresh));
        Assert.StartsWith($"{path} is in the way", fault.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public void What_is_committed_is_given_back_as_it_was()
    {
        using var journal = EmbeddingJournal.Open(Output, Identity, fresh: false);
        journal.Append(Chunk(0));
        journal.Append(Chunk(2));
        Assert.Equal((4, 2, 2), (journal.Pictures, journal.Rows, journal.Faults));
        var second = journal.Chunks().ElementAt(1);
        var row = Assert.Single(second.Rows);
        Assert.Equal((2, 0, 14, 9, 13, "odd"), (row.Picture, row.Face, row.Branch, row.Width, row.Height, row.Warning));
        Assert.Equal([2, 0.5f, float.NegativeInfinity], row.Values);
        Assert.Equal(new JournalFault(3, "is empty"), Assert.Single(second.Faults));
    }

    [Fact]
    public void Work_begun_with_something_else_is_refused_by_name_and_thrown_away_only_when_asked_to()
    {
        using (var journal = EmbeddingJournal.Open(Output, Identity, fresh: false)) journal.Append(Chunk(0));
        var other = new Dictionary<string, string>(Identity, StringComparer.Ordinal) { ["the model"] = "c" };
        var fault = Assert.Throws<InputException>(() => EmbeddingJournal.Open(Output, other, fresh: false));
        Assert.Contains("something else (the model)", fault.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(EmbeddingJournal.PathFor(Output)));
        using var anew = EmbeddingJournal.Open(Output, other, fresh: true);
        Assert.Equal(0, anew.Pictures);
    }

    [Fact]
    public void A_second_that_writes_the_same_file_is_refused_while_the_first_is_at_it()
    {
        using (EmbeddingJournal.Open(Output, Identity, fresh: false))
            Assert.Contains("another `btnet embed`", Assert.Throws<InputException>(() => EmbeddingJournal.Open(Output, Identity, fresh: false)).Message, StringComparison.Ordinal);
        // Nothing was committed, so nothing is left.
        Assert.False(File.Exists(EmbeddingJournal.PathFor(Output)));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_output_is_named()
    {
        var below = Path.Combine(_folder.WriteText("file", ""), "out.npy");
        Assert.StartsWith($"{below}: nothing can be written", Assert.Throws<InputException>(() => EmbeddingJournal.Open(below, Identity, fresh: false)).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => EmbeddingJournal.Open(_folder.Path, Identity, fresh: false)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private (byte[] Bytes, List<long> Ends) ThreeChunks()
    {
        var path = EmbeddingJournal.PathFor(Output);
        List<long> ends = [];
        using (var journal = EmbeddingJournal.Open(Output, Identity, fresh: true))
        {
            for (var i = 0; i < 3; i++)
            {
                journal.Append(Chunk(2 * i));
                ends.Add(new FileInfo(path).Length);
            }
        }

        return (File.ReadAllBytes(path), ends);
    }

    private static JournalChunk Chunk(int first) =>
        new(first, 2, [new JournalRow(first, 0, 14, 9, 13, "odd", [first, 0.5f, float.NegativeInfinity])], [new JournalFault(first + 1, "is empty")]);
}
