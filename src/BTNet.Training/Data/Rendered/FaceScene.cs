namespace BTNet.Training.Data.Rendered;

/// <summary>What every painter needs: whom to draw, how, turned which way, and on what.</summary>
internal sealed record FaceScene(RenderedIdentity Who, RenderedView View, HeadPose Pose, Sketch Sketch);
