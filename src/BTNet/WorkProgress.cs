namespace BTNet;

/// <summary>How far a long piece of work is; given to an <see cref="IProgress{T}"/> that the caller draws.</summary>
/// <param name="Stage">What is being done, such as <c>embedding 112x14</c>.</param>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all.</param>
/// <param name="Unit">What is counted, in the plural: <c>images</c>, <c>steps</c>.</param>
public readonly record struct WorkProgress(string Stage, long Done, long Total, string Unit);
