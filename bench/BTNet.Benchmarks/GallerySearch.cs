using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BTNet.Gallery.Search;

namespace BTNet.Benchmarks;

/// <summary><c>gallery-search</c>: the exact search beside FAISS's IndexFlatIP (where Python has it) and a plain loop of TensorPrimitives, on the same vectors, and how fast this machine reads memory.</summary>
internal static class GallerySearch
{
    private const int Places = 20;
    private const int Queries = 64;
    private const double WarmUp = 600;

    public static Command Create()
    {
        var sizes = new Option<int[]>("--sizes") { Description = "Rows", DefaultValueFactory = _ => [10_000, 100_000, 1_000_000], AllowMultipleArgumentsPerToken = true };
        var dimensions = new Option<int[]>("--dimensions") { Description = "Numbers of a row", DefaultValueFactory = _ => [512, 128], AllowMultipleArgumentsPerToken = true };
        var python = new Option<string>("--python") { Description = "Python that has faiss", DefaultValueFactory = _ => "/usr/bin/python3" };
        var command = new Command("gallery-search", "Milliseconds of an exact search for the 20 best, beside FAISS and a plain loop.") { sizes, dimensions, python };
        command.SetAction(parsed => Run(parsed.GetValue(sizes)!, parsed.GetValue(dimensions)!, parsed.GetValue(python)!));
        return command;
    }

    private static void Run(int[] sizes, int[] dimensions, string python)
    {
        var bandwidth = MemoryBandwidth();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores read memory at {bandwidth / 1e9:F1} GB/s (a sum over 1 GB, best of 5)"));
        Console.WriteLine("| rows | numbers | queries | ours, ms | of memory's speed | plain loop, ms | FAISS, ms | FAISS / ours | loop / ours | same results as the loop |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var size in sizes)
        foreach (var columns in dimensions)
        {
            var file = Path.GetTempFileName();
            try
            {
                var (vectors, queries) = (Draw(size, columns, seed: 1), Draw(Queries, columns, seed: 2));
                using (var stream = File.Create(file))
                    foreach (var row in (IEnumerable<float[]>)[.. vectors, .. queries]) stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
                var (rows, values) = (new SearchRows(columns), new RowsInMemory(columns));
                for (var i = 0; i < size; i++) rows.Add(vectors[i], i, values.Add(vectors[i]));
                float[] flat = [.. queries.SelectMany(query => query)];
                foreach (var batch in (int[])[1, Queries])
                {
                    var (ours, found) = Best(() => ExactSearch.Run(rows, () => values, flat.AsSpan(0, batch * columns), Places), batch == 1 ? 50 : 7);
                    var (loop, expected) = Best(() => Loop(vectors, queries.AsSpan(0, batch)), batch == 1 ? 5 : 1);
                    var same = found.Zip(expected).All(pair => pair.First.Select(match => match.Owner).SequenceEqual(pair.Second));
                    var faiss = Faiss(python, file, size, columns, batch);
                    var share = (double)size * columns / (ours / 1000) / bandwidth;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size:N0} | {columns} | {batch} | {ours:F2} | {(batch == 1 ? $"{100 * share:F0} %" : "-")} | {loop:F2} | {(faiss is { } its ? $"{its:F2} | {its / ours:F1}" : "- | -")} | {loop / ours:F1} | {(same ? "yes" : "NO")} |"));
                }
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Vectors of length 1.</summary>
    private static float[][] Draw(int count, int columns, int seed)
    {
        var drawn = new float[count][];
        Parallel.For(0, count, i =>
        {
            var random = new Random(HashCode.Combine(seed, i));
            var row = new float[columns];
            for (var column = 0; column < columns; column++) row[column] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
            SearchRows.Unit(row, row);
            drawn[i] = row;
        });
        return drawn;
    }

    /// <summary>What one writes first: all products, on all cores, and the best of them.</summary>
    private static int[][] Loop(float[][] vectors, ReadOnlySpan<float[]> queries)
    {
        var found = new int[queries.Length][];
        for (var i = 0; i < queries.Length; i++)
        {
            var (query, scores) = (queries[i], new float[vectors.Length]);
            Parallel.For(0, (vectors.Length + 4095) / 4096, block =>
            {
                for (var row = block * 4096; row < Math.Min(vectors.Length, (block + 1) * 4096); row++) scores[row] = TensorPrimitives.Dot<float>(query, vectors[row]);
            });
            var best = new PriorityQueue<int, (float, int)>();
            for (var row = 0; row < scores.Length; row++)
            {
                if (best.Count < Places) best.Enqueue(row, (scores[row], -row));
                else best.EnqueueDequeue(row, (scores[row], -row));
            }

            var order = new int[Places];
            for (var place = Places - 1; place >= 0; place--) order[place] = best.Dequeue();
            found[i] = order;
        }

        return found;
    }

    private static (double Milliseconds, T Result) Best<T>(Func<T> work, int rounds)
    {
        var (times, result) = (new List<double>(), work());
        // Until the code is the one that a program comes to that runs for more than a moment; the peer's is from the start.
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMilliseconds < WarmUp;) work();
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            result = work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], result);
    }

    private static double MemoryBandwidth()
    {
        var numbers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new float[(1 << 28) / Environment.ProcessorCount]).ToArray();
        // Pages that were never written to are all the same one.
        foreach (var part in numbers) Array.Fill(part, 1f);
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var start = Stopwatch.GetTimestamp();
            Parallel.ForEach(numbers, part => TensorPrimitives.Sum<float>(part));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (1L << 30) / best;
    }

    private static double? Faiss(string python, string file, int size, int columns, int batch)
    {
        const string Script =
            """
            import sys, time, numpy, faiss
            file, rows, columns, batch, cores = sys.argv[1], *map(int, sys.argv[2:])
            faiss.omp_set_num_threads(cores)
            vectors = numpy.fromfile(file, numpy.float32).reshape(-1, columns)
            index = faiss.IndexFlatIP(columns)
            index.add(vectors[:rows])
            queries = vectors[rows:rows + batch]
            index.search(queries, 20)
            times = []
            for _ in range(20 if batch == 1 else 7):
                start = time.perf_counter()
                index.search(queries, 20)
                times.append(time.perf_counter() - start)
            print(1000 * sorted(times)[len(times) // 2])
            """;
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", Script, file, .. new[] { size, columns, batch, Environment.ProcessorCount }.Select(number => number.ToString(CultureInfo.InvariantCulture))])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false
        })!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(said, CultureInfo.InvariantCulture) : null;
    }
}
