using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols;

/// <summary>One way of seeing a face: at a resolution, small ones by branch or enlarged.</summary>
/// <param name="Resolution">What the face is reduced to.</param>
/// <param name="Way">What is then done; always <see cref="SmallFaceWay.Branch"/> at 112, where both ways are one.</param>
internal readonly record struct FaceView(Resolution Resolution, SmallFaceWay Way)
{
    /// <summary>The entrance of the network that such a face takes.</summary>
    public Resolution Entrance => Way == SmallFaceWay.Branch ? Resolution : Resolution.Full;

    public static FaceView Of(Resolution resolution, SmallFaceWay way) => new(resolution, resolution.IsFull ? SmallFaceWay.Branch : way);

    public FaceImage Render(FaceImage face, FaceSeeing seeing) => Enter(FaceResizer.Resize(face, Resolution.Side, Resolution.Side, seeing.Reduction), seeing);

    /// <summary>What the network is given of a face that has the resolution already.</summary>
    public FaceImage Enter(FaceImage seen, FaceSeeing seeing) => Way == SmallFaceWay.Branch ? seen : FaceResizer.Resize(seen, Resolution.Full.Side, Resolution.Full.Side, seeing.Enlarging);
}
