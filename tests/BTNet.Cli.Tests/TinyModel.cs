using BTNet.Faces;
using BTNet.TestSupport;

[assembly: AssemblyFixture(typeof(BTNet.Cli.Tests.TinyModel))]

namespace BTNet.Cli.Tests;

/// <summary>A few drawn pictures in place of faces, recipes for the smallest networks, and a trunk and a branch that
/// were trained on them without interruption.</summary>
public sealed class TinyModel : IDisposable
{
    private const int Identities = 4;
    private const int ImagesEach = 8;

    private readonly TemporaryFolder _folder = new();

    public TinyModel()
    {
        Faces = _folder.File("faces");
        WriteFaces(Faces);
        TrunkRecipe = _folder.WriteText("trunk.json", """
            {
              "backbone": { "name": "iresnet10", "width": 4, "embeddingSize": 16 },
              "margin": { "kind": "cosFace", "scale": 16 },
              "optimization": { "epochs": 10, "batch": 8, "learningRate": 0.02, "warmUpEpochs": 0 },
              "run": { "saveEvery": 3, "logEvery": 5, "evaluateEvery": 0, "workers": 1, "precision": "fp32", "layout": "channelsLast" }
            }
            """);
        BranchRecipe = _folder.WriteText("branch.json", """
            {
              "margin": { "kind": "cosFace", "scale": 16 },
              "optimization": { "epochs": 10, "batch": 8, "learningRate": 0.002 },
              "run": { "saveEvery": 3, "logEvery": 5, "evaluateEvery": 0, "workers": 1, "precision": "fp32", "layout": "channelsLast" }
            }
            """);
        Model = _folder.File("model");
        Btnet.Run(TrainTrunk(Model)).Expect(0);
        Btnet.Run(TrainBranch(Model)).Expect(0);
    }

    /// <summary>A folder of pictures for each identity.</summary>
    public string Faces { get; }

    public string TrunkRecipe { get; }

    public string BranchRecipe { get; }

    /// <summary>The finished trunk, its classifier and the branch for 14. Not to be written to: see <see cref="CopyTo"/>.</summary>
    public string Model { get; }

    public string[] TrainTrunk(string output, params string[] more) => ["train", "trunk", "--recipe", TrunkRecipe, "--data", Faces, "--output", output, .. more];

    public string[] TrainBranch(string model, params string[] more) =>
        ["train", "branch", "--resolution", "14", "--recipe", BranchRecipe, "--data", Faces, "--model", model, .. more];

    /// <summary>Copies the trunk and its classifier, and the branch where it is asked for.</summary>
    public string CopyTo(string folder, bool withBranch = false)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in (string[])["trunk", "classifier", .. withBranch ? ["branch-14"] : (string[])[]])
            File.Copy(Path.Combine(Model, $"{name}.safetensors"), Path.Combine(folder, $"{name}.safetensors"));
        return folder;
    }

    public static void WriteFaces(string folder)
    {
        for (var identity = 0; identity < Identities; identity++)
        {
            var person = Directory.CreateDirectory(Path.Combine(folder, $"person{identity}")).FullName;
            for (var image = 0; image < ImagesEach; image++)
                File.WriteAllBytes(Path.Combine(person, $"{image}.jpg"), FaceEncoder.EncodeJpeg(Draw(identity, image), 90));
        }
    }

    /// <summary>Waves whose direction and colour are the identity's, and whose place is the image's.</summary>
    private static FaceImage Draw(int identity, int image)
    {
        const int Side = 64;
        var pixels = new byte[3 * Side * Side];
        for (var y = 0; y < Side; y++)
        for (var x = 0; x < Side; x++)
        for (var c = 0; c < 3; c++)
            pixels[(3 * ((y * Side) + x)) + c] = (byte)(128 + (100 * Math.Sin(((identity + 1) * x / 9.0) + ((c + 2) * y / (7.0 + identity)) + image)));
        return new FaceImage(Side, Side, pixels);
    }

    public void Dispose() => _folder.Dispose();
}
