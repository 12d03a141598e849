using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary>Faces from all over a folder.</summary>
internal static class CalibrationFaces
{
    /// <summary>Takes pictures at equal distances, each reduced or enlarged to 112 pixels, so that memory is bounded whatever they are.</summary>
    /// <param name="folder">The folder, and those below it.</param>
    /// <param name="images">How many at most.</param>
    /// <param name="skipped">Told of each that cannot be read.</param>
    /// <exception cref="InputException">There is no such folder, or no picture in it that can be read.</exception>
    public static IReadOnlyList<FaceImage> Load(string folder, int images, SkippedItems skipped)
    {
        var files = PictureFiles.Find([folder]);
        var wanted = Math.Min(images, files.Count);
        List<FaceImage> faces = [];
        for (var i = 0; i < wanted; i++)
        {
            var file = files[(int)((long)i * files.Count / wanted)];
            try
            {
                faces.Add(FaceResizer.Resize(FaceDecoder.DecodeFile(file), Resolution.Full.Side, Resolution.Full.Side));
            }
            catch (InputException fault)
            {
                skipped.Add(file, fault.Message);
            }
        }

        return faces.Count > 0 ? faces : throw new InputException($"{folder}: none of its {wanted} pictures can be read; give a folder of faces");
    }
}
