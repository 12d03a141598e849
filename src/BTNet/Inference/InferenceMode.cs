namespace BTNet.Inference;

/// <summary>How the sessions of a model's resolutions hold its weights. A recogniser that others trained runs as it is in every mode, with ONNX Runtime's
/// defaults; there the mode says how its branches run.</summary>
public enum InferenceMode
{
    /// <summary>Batch norms are folded into the convolutions before them and weights laid out as ONNX Runtime likes them best, by
    /// each session for itself, and PReLU is computed in operators that stay in that layout: the quickest on processors.</summary>
    Fast,

    /// <summary>Weights stay as they are in the package's file, which is mapped into memory once and handed to every session, and is
    /// shared with other processes: the smallest.</summary>
    Shared,

    /// <summary>The graphs as any program gets them, optimised by ONNX Runtime as it sees fit: for execution providers other than the
    /// processor's.</summary>
    Standard
}
