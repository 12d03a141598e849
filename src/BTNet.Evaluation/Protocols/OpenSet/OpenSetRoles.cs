namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>What each face is in one measurement, broken ones left out.</summary>
/// <param name="Gallery">The enrolled faces.</param>
/// <param name="Mated">Probes of enrolled people.</param>
/// <param name="Unmated">Probes of strangers.</param>
internal sealed record OpenSetRoles(OpenSetFace[] Gallery, OpenSetFace[] Mated, OpenSetFace[] Unmated);
