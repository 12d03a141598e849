using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols;

/// <summary>One way of seeing a face: at a resolution, small ones by branch or enlarged.</summary>
/// <param name="Resolution">What the face is reduced to.</param>
/// <param name="Way">What is then done; at 112, where both ways are one, <see cref="SmallFaceWay.Branch"/>, but for <see cref="Enlarged"/>.</param>
internal readonly record struct FaceView(Resolution Resolution, SmallFaceWay Way)
{
    /// <summary>The entrance of the network that such a face takes.</summary>
    public Resolution Entrance => Way == SmallFaceWay.Branch ? Resolution : Resolution.Full;

    public static FaceView Of(Resolution resolution, SmallFaceWay way) => new(resolution, resolution.IsFull ? SmallFaceWay.Branch : way);

    /// <summary>Of faces that come in sizes of their own: enlarged to 112 as they are, without being reduced before. Where one kernel does both, that is the way of every face at 112.</summary>
    public static FaceView Enlarged(FaceSeeing seeing) => new(Resolution.Full, seeing.Enlarging == seeing.Reduction ? SmallFaceWay.Branch : SmallFaceWay.UpSample);

    public FaceImage Render(FaceImage face, FaceSeeing seeing)
    {
        if (this == new FaceView(Resolution.Full, SmallFaceWay.UpSample) && Math.Max(face.Width, face.Height) <= Resolution.Full.Side)
            return FaceResizer.Resize(face, Resolution.Full.Side, Resolution.Full.Side, seeing.Enlarging);
        return Enter(FaceResizer.Resize(face, Resolution.Side, Resolution.Side, seeing.Reduction), seeing);
    }

    /// <summary>What the network is given of a face that has the resolution already.</summary>
    public FaceImage Enter(FaceImage seen, FaceSeeing seeing) => Way == SmallFaceWay.Branch ? seen : FaceResizer.Resize(seen, Resolution.Full.Side, Resolution.Full.Side, seeing.Enlarging);
}
