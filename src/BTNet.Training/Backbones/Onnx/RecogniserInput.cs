namespace BTNet.Training.Backbones.Onnx;

/// <summary>temporary</summary>
public sealed record RecogniserInput(bool IsBgr, float[] Mean, float[] Std)
{
    /// <summary>temporary</summary>
    public static RecogniserInput Parse(string name) => new(false, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
}
