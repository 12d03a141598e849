namespace BTNet.Training.Profiling;

/// <summary>What a training step spends its time on.</summary>
public enum StepPart
{
    /// <summary>Convolutions of 3 x 3 or more over all channels.</summary>
    Convolution3x3,

    /// <summary>Convolutions of 1 x 1 over all channels.</summary>
    Convolution1x1,

    /// <summary>Depthwise convolutions, and others in groups of channels.</summary>
    ConvolutionGrouped,

    /// <summary>Batch norms by themselves.</summary>
    Norm,

    /// <summary>Batch norms with the PReLU behind them.</summary>
    NormSlope,

    /// <summary>Batch norms with the addition of a shortcut.</summary>
    NormShortcut,

    /// <summary>Multiplications of a flattened map by a matrix.</summary>
    Linear,

    /// <summary>The classifier and the loss behind it.</summary>
    Classifier,

    /// <summary>What pulls a branch to its teacher.</summary>
    Distillation,

    /// <summary>The trunk on the full face, as a branch's teacher.</summary>
    Teacher,

    /// <summary>The norm of the gradients, and scaling them down to it.</summary>
    Clipping,

    /// <summary>The network's optimizer.</summary>
    Optimizer,

    /// <summary>The classifier's own optimizer.</summary>
    ClassifierOptimizer,

    /// <summary>Waiting for the next batch.</summary>
    DataWait,

    /// <summary>Making tensors of its bytes.</summary>
    InputTensor,

    /// <summary>What measuring itself takes in the forward pass.</summary>
    Measuring,

    /// <summary>Everything else.</summary>
    Other
}

/// <summary>The stages of a training step.</summary>
public enum StepPhase
{
    /// <summary>From the images to the loss, the teacher's run included.</summary>
    Forward,

    /// <summary>From the loss to the gradients.</summary>
    Backward,

    /// <summary>From the gradients to the weights.</summary>
    Optimizer,

    /// <summary>From the loader to a tensor.</summary>
    Data,

    /// <summary>In none of them: freeing what the step has made, mostly.</summary>
    Rest
}
