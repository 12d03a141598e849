using BTNet.Cli.Embedding;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary>Faces from all over a folder, to measure a model with.</summary>
internal static class FacesOfFolder
{
    /// <summary>Takes pictures at equal distances; larger ones are reduced to 112 pixels: no network sees more, and memory is bounded whatever they are.</summary>
    /// <param name="folder">The folder, and those below it.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="skipped">Told of each that cannot be read.</param>
    /// <param name="progress">Told how many are read.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InputException">There is no such folder, or no picture in it that can be read.</exception>
    public static IReadOnlyList<FaceImage> Load(string folder, int most, SkippedItems skipped, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        var files = PictureFiles.Find([folder]);
        var wanted = Math.Min(most, files.Count);
        List<FaceImage> faces = [];
        for (var i = 0; i < wanted; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Report(i);
            var file = files[(int)((long)i * files.Count / wanted)];
            if (PictureFault.Decode(file, skipped) is { } face) faces.Add(Reduced(face));
        }

        Report(wanted);
        return faces.Count > 0 ? faces : throw new InputException($"{folder}: none of its {wanted} pictures can be read; give a folder of faces");

        void Report(int done) => progress.Report(new WorkProgress("reading faces", done, wanted, "pictures"));
    }

    private static FaceImage Reduced(FaceImage face) => Math.Max(face.Width, face.Height) <= Resolution.Full.Side ? face : FaceResizer.Resize(face, Resolution.Full.Side, Resolution.Full.Side);
}
