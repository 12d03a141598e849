using System.Runtime.InteropServices;
using BTNet.Evaluation.Caching;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Caching;

public sealed class EmbeddingCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];

    [Fact]
    public void What_was_written_is_read_by_who_opens_the_cache_of_the_same_model_again()
    {
        using (var cache = Open("model")!) Write(cache, (1, [1.5f, -2]), (7, [3, 4]));

        using var again = Open("model")!;
        Assert.Equal<IEnumerable<float>>([1.5f, -2], Read(again, 1));
        Assert.Equal<IEnumerable<float>>([3, 4], Read(again, 7));
        Assert.Null(Read(again, 2));
        Assert.Empty(_said);
    }

    [Fact]
    public void Another_model_or_another_size_of_embeddings_has_a_cache_of_its_own()
    {
        using (var cache = Open("model")!) Write(cache, (1, [1, 2]));

        using var other = Open("another model")!;
        using var larger = EmbeddingCache.Open(_folder.Path, "model", 3, _said.Add)!;
        Assert.Null(Read(other, 1));
        Assert.Null(Read(larger, 1));
        Assert.Equal(3, Directory.GetFiles(_folder.Path, "*.sqlite").Length);
    }

    [Fact]
    public void Two_that_have_it_open_at_once_see_what_the_other_wrote()
    {
        using var one = Open("model")!;
        using var other = Open("model")!;

        Parallel.For(0, 40, number =>
        {
            Write(number % 2 == 0 ? one : other, (number, [number, -number]));
        });

        for (var number = 0; number < 40; number++)
        {
            Assert.Equal<IEnumerable<float>>([number, -number], Read(one, number));
            Assert.Equal<IEnumerable<float>>([number, -number], Read(other, number));
        }

        Assert.Empty(_said);
    }

    [Fact]
    public void A_damaged_file_is_named_and_there_is_no_cache()
    {
        string file;
        using (var cache = Open("model")!)
        {
            Write(cache, (1, [1, 2]));
            file = cache.File;
        }

        File.WriteAllText(file, "this is no database at all, however long it may be");

        Assert.Null(Open("model"));
        Assert.Contains(file, Assert.Single(_said), StringComparison.Ordinal);
        Assert.Contains("--no-cache", _said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_within_a_file_never_ends_a_measurement()
    {
        string file;
        using (var cache = Open("model")!)
        {
            Write(cache, [.. Enumerable.Range(0, 500).Select(number => (number, (float[])[number, number]))]);
            file = cache.File;
        }

        var whole = File.ReadAllBytes(file);
        var random = new Random(1);
        for (var round = 0; round < 60; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 40; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(file, damaged[..(round % 3 == 0 ? random.Next(damaged.Length) : damaged.Length)]);
            using var cache = Open("model");
            if (cache is null) continue;
            for (var number = 0; number < 500; number++)
                if (Read(cache, number) is { } read) Assert.Equal<IEnumerable<float>>([number, number], read);
            Write(cache, (1000, [1, 1]));
        }
    }

    [Fact]
    public void Numbers_that_are_not_those_that_were_written_are_not_known_and_can_be_written_again()
    {
        using var cache = Open("model")!;
        Write(cache, (1, [1, 2]));
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={cache.File};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "UPDATE embeddings SET numbers = zeroblob(16)";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        Assert.Null(Read(cache, 1));
        Write(cache, (1, [3, 4]));
        Assert.Equal<IEnumerable<float>>([3, 4], Read(cache, 1));
    }

    [Fact]
    public void A_place_that_cannot_be_written_to_is_named()
    {
        var file = _folder.WriteText("file", "");

        Assert.Null(EmbeddingCache.Open(Path.Combine(file, "below"), "model", 2, _said.Add));

        Assert.Contains("cannot be used", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void Caches_of_models_that_nobody_measures_any_more_are_removed()
    {
        string Old(string model)
        {
            using var cache = Open(model)!;
            return cache.File;
        }

        var (old, young) = (Old("old"), Old("young"));
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-31));
        File.SetLastWriteTimeUtc(young, DateTime.UtcNow.AddDays(-29));

        // Somebody else's, old as it may be.
        var others = _folder.WriteText("mine.sqlite", "");
        File.SetLastWriteTimeUtc(others, DateTime.UtcNow.AddDays(-400));
        Open("model")!.Dispose();

        Assert.True(File.Exists(others));
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public void Folder_and_file_are_their_owners_alone_also_where_the_folder_was_there()
    {
        var folder = _folder.File("caches");
        using var cache = EmbeddingCache.Open(folder, "model", 2, _said.Add)!;
        Write(cache, (1, [1, 2]));
        using var elsewhere = Open("model")!;

        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no such modes");
        else Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        if (!OperatingSystem.IsWindows())
            foreach (var file in Directory.GetFiles(folder).Append(elsewhere.File)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    public void Dispose() => _folder.Dispose();

    private EmbeddingCache? Open(string model) => EmbeddingCache.Open(_folder.Path, model, 2, _said.Add);

    private static byte[] Key(int number) => BitConverter.GetBytes(number);

    private static void Write(EmbeddingCache cache, params (int Face, float[] Numbers)[] entries) =>
        cache.Write([.. entries.Select(entry => Key(entry.Face))], entry => MemoryMarshal.AsBytes<float>(entries[entry].Numbers).ToArray());

    private static float[]? Read(EmbeddingCache cache, int face)
    {
        float[]? read = null;
        cache.Read([Key(face)], (_, numbers) => read = numbers.ToArray());
        return read;
    }
}
