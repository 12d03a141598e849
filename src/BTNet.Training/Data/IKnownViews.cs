namespace BTNet.Training.Data;

/// <summary>Says for which views of the pictures the teacher need not look, so that they are not prepared for it.</summary>
internal interface IKnownViews
{
    /// <summary>Whether what the teacher makes of a view is known at a step, and stays so. Safe for use from several threads.</summary>
    /// <param name="step">The step that asks.</param>
    /// <param name="item">The item.</param>
    /// <param name="view">Which of its views, from 0.</param>
    bool Knows(long step, int item, int view);
}
