using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BTNet.Cli.Embedding;
using BTNet.Cli.Output;
using BTNet.Faces;
using BTNet.Inference;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet embed</c>.</summary>
internal static class EmbedVerb
{
    public static Command Create(Terminal terminal)
    {
        var pictures = new Argument<string[]>("PICTURES") { Description = "Aligned faces of any size: files, or folders with everything below them", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out", "-o")
        {
            Description = $"File to write, which replaces an earlier one: .parquet and .csv hold everything, .npy a float32 array [N, D] with a table of its rows beside it (FILE.npy{EmbeddingTable.RowsSuffix})",
            HelpName = "FILE.parquet|.npy|.csv", Required = true
        };
        var landmarks = new Option<string?>("--landmarks") { Description = "Table of where faces lie in whole photographs: file, left_eye_x, left_eye_y, right_eye_x, ..., a line a face. Each is cut out, upright, straight to its branch's size", HelpName = "FILE.csv" };
        var fresh = new Option<bool>("--fresh") { Description = "Start anew: throws away what an interrupted run had embedded" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var choices = new EmbedderChoices();
        output.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !EmbeddingTable.Knows(token.Value)) result.AddError($"--out {token.Value}: unknown form; expected a file that ends in {string.Join(", ", EmbeddingTable.Extensions)}");
        });
        var verb = new Verb(
            "embed",
            "Turns faces into embeddings, each by the branch for its size. Interrupted or killed, the same command goes on where it was; broken pictures are listed and left out.",
            "btnet embed faces --out faces.parquet",
            "btnet embed faces --model package --out faces.parquet",
            "btnet embed photos --landmarks photos/landmarks.csv --model package --out photos.npy") { pictures };
        choices.AddTo(verb);
        foreach (var option in new Option[] { output, landmarks, fresh, json }) verb.Add(option);
        verb.SetAction(parsed =>
        {
            var clock = Stopwatch.StartNew();
            var (inputs, target, table) = (parsed.GetRequiredValue(pictures), parsed.GetRequiredValue(output), parsed.GetValue(landmarks));
            var options = choices.For(parsed);
            using var embedder = choices.Open(terminal, parsed, options);
            var found = PictureFiles.Find(inputs);
            RefuseToReplace(target, table is null ? found : [table, .. found]);
            var crops = new FaceCrops(embedder, table, inputs, found);
            if (crops.Unused is [var unused, ..]) terminal.Say($"{table}: {crops.Unused.Count} names fit none of the pictures; the first is {unused}");
            var skipped = new SkippedItems(terminal.Say);
            using var journal = EmbeddingJournal.Open(target, Identity(embedder, options, crops, found), parsed.GetValue(fresh));
            if (journal.Loss is { } loss) terminal.Say(loss);
            var before = journal.Pictures;
            if (before > 0) terminal.Say($"going on after {before} of {found.Count} pictures, {journal.Faults} of which were left out");
            var run = new EmbeddingRun(embedder, crops, found, options.Threads > 0 ? options.Threads : Environment.ProcessorCount);
            EmbedSummary summary;
            using (var interruption = new Interruption(terminal, "stopping; once more to stop at once"))
            {
                try
                {
                    summary = ProgressDisplay.During(terminal, progress =>
                    {
                        run.Complete(journal, skipped, progress, interruption.Token);
                        return Finish(run, journal, target, embedder.EmbeddingSize, found, progress, interruption.Token);
                    });
                }
                catch (OperationCanceledException)
                {
                    terminal.Say($"stopped after {journal.Pictures} of {found.Count} pictures; the same command goes on from there");
                    return ExitCode.Interrupted;
                }
            }

            Tell(terminal, parsed.GetValue(json), summary with { UnusedNames = crops.Unused.Count, Seconds = clock.Elapsed.TotalSeconds, Resumed = before });
            return ExitCode.After(summary.Skipped.Count);
        });
        return verb;
    }

    /// <summary>Sees to it that no file is written over that the embeddings come from, by whatever links.</summary>
    private static void RefuseToReplace(string output, IEnumerable<string> sources)
    {
        var names = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        var real = new RealPath();
        // Only what is there can be written over; most often nothing is, and of a million pictures none need be looked at.
        var written = EmbeddingTable.FilesFor(output).Append(EmbeddingJournal.PathFor(output)).Where(File.Exists).Select(real.Of).ToHashSet(names);
        if (written.Count > 0 && sources.FirstOrDefault(source => written.Contains(real.Of(source))) is { } source)
            throw new InputException($"--out {output} would write over {source}, which the embeddings are made from; give another --out");
    }

    /// <summary>All that the embeddings depend on. Pictures are told by name, length and time, so that none is taken for what it was.</summary>
    private static Dictionary<string, string> Identity(FaceEmbedder embedder, FaceEmbedderOptions options, FaceCrops crops, IReadOnlyList<string> pictures)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var picture in pictures)
        {
            var file = new FileInfo(picture);
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{picture}\0{(file.Exists ? file.Length : -1)}\0{(file.Exists ? file.LastWriteTimeUtc.Ticks : 0)}\n")));
        }

        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // Another build may compute other bits.
            ["the version of btnet"] = $"{typeof(FaceEmbedder).Module.ModuleVersionId} {typeof(EmbedVerb).Module.ModuleVersionId}",
            ["the model"] = embedder.Package.Fingerprint, ["--indicator"] = $"{options.Indicator}", ["--rule"] = $"{options.Rule}", ["--mode"] = $"{options.Mode}", ["--int8"] = $"{options.Int8}",
            ["--landmarks"] = crops.Identity, ["the pictures"] = Convert.ToHexStringLower(hash.GetHashAndReset())
        };
    }

    private static EmbedSummary Finish(EmbeddingRun run, EmbeddingJournal journal, string output, int size, IReadOnlyList<string> pictures, ProgressDisplay progress, CancellationToken cancellation)
    {
        SkippedPicture[] left = [.. journal.Chunks().SelectMany(chunk => chunk.Faults).Select(fault => new SkippedPicture(pictures[fault.Picture], fault.Reason))];
        if (journal.Rows == 0)
        {
            journal.Finish();
            throw new InputException($"none of the {pictures.Count} pictures can be embedded, and nothing was written; the first is {left[0].Path}: {left[0].Reason}");
        }

        var branches = new SortedDictionary<int, int>(Comparer<int>.Create((one, other) => other.CompareTo(one)));
        var warnings = 0;
        foreach (var row in journal.Chunks().SelectMany(chunk => chunk.Rows))
        {
            branches[row.Branch] = branches.GetValueOrDefault(row.Branch) + 1;
            if (row.Warning.Length > 0) warnings++;
        }

        var passes = 0;
        var names = EmbeddingTable.FilesFor(output);
        var files = EmbeddingTable.Write(output, size, journal.Rows, () => Watched(run.Faces(journal), $"writing {Path.GetFileName(names[passes++])}", journal.Rows, progress, cancellation));
        var summary = new EmbedSummary(files, pictures.Count, journal.Rows, size, branches, warnings, left, 0, 0, 0);
        journal.Finish();
        return summary;
    }

    private static IEnumerable<EmbeddedFace> Watched(IEnumerable<EmbeddedFace> faces, string stage, int count, ProgressDisplay progress, CancellationToken cancellation)
    {
        const int Between = 256;
        var done = 0;
        foreach (var face in faces)
        {
            if (done++ % Between == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress.Report(new WorkProgress(stage, done - 1, count, "rows"));
            }

            yield return face;
        }

        progress.Report(new WorkProgress(stage, count, count, "rows"));
    }

    private static void Tell(Terminal terminal, bool json, EmbedSummary summary)
    {
        if (json)
        {
            ResultJson.Print(terminal, summary);
            return;
        }

        var branches = string.Join(", ", summary.Branches.Select(branch => $"{branch.Value} at {branch.Key} pixels"));
        terminal.Result(string.Create(CultureInfo.InvariantCulture, $"{string.Join(" and ", summary.Files)}: {summary.Faces} embeddings of {summary.EmbeddingSize} numbers from {summary.Pictures} pictures ({branches}), {summary.Seconds:0.0} s"));
        if (summary.Warnings > 0) terminal.Result($"{summary.Warnings} may be no upright, aligned faces: see the column warning");
        if (summary.Skipped.Count > 0) terminal.Result($"{summary.Skipped.Count} pictures were left out:", ["picture", "why"], [.. summary.Skipped.Select(IReadOnlyList<string> (picture) => [picture.Path, picture.Reason])], []);
    }

    private sealed record EmbedSummary(
        IReadOnlyList<string> Files, int Pictures, int Faces, int EmbeddingSize, IReadOnlyDictionary<int, int> Branches, int Warnings, IReadOnlyList<SkippedPicture> Skipped, int UnusedNames, int Resumed, double Seconds);
}
