using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Evaluation.Tests.Protocols.SurvFace;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.ClosedSet;

/// <summary>SCface's layout with rendered patterns, the smaller the farther.</summary>
internal sealed class ScFaceData : IDisposable
{
    private static readonly int[] Sides = [10, 24, 60];

    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Path;

    public ScFaceData Fill(int people = 5, int cameras = 5, string mugshots = "mugshot_frontal_cropped_all", double noise = 60, double spread = 1)
    {
        foreach (var person in Enumerable.Range(1, people))
        {
            FaceImage Render(int face, int side) => FaceResizer.Resize(RenderedPairs.Render(person, face, noise: noise, spread: spread), side, side + (person % 3));
            // The owners write the extension in both ways.
            SurvFaceFolder.Write(File(mugshots, $"{person:000}_frontal.{(person % 2 == 0 ? "jpg" : "JPG")}"), Render(0, 90));
            foreach (var distance in Enumerable.Range(1, 3))
                foreach (var camera in Enumerable.Range(1, cameras)) SurvFaceFolder.Write(Picture(person, camera, distance), Render((10 * distance) + camera, Sides[distance - 1]));
        }

        return this;
    }

    public string Picture(int person, int camera, int distance) => File($"surveillance_cameras_distance_{distance}", $"cam_{camera}", $"{person:000}_cam{camera}_{distance}.jpg");

    public string File(params string[] path) => Path.Combine([Root, .. path]);

    public void Dispose() => _folder.Dispose();
}
