using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Tests.Data;

namespace BTNet.Training.Tests;

public sealed class RunOriginTests
{
    [Fact]
    public void Views_or_synthetic_faces_that_another_version_drew_make_another_run_and_what_was_not_written_down_is_like_any()
    {
        var now = RunOrigin.Of(new MemorySource(6), startFile: null, drawn: 10);
        var written = now.Written().ToDictionary();

        Assert.Null(now.DifferenceTo(RunOrigin.Of(written.GetValueOrDefault)));
        foreach (var other in new[] { RunOrigin.DrawingOf(0), $"views {FaceViews.Version + 1}, faces by {RenderedSource.Program}", $"views {FaceViews.Version}, faces by another" })
            Assert.Contains("another version of btnet drew", now.DifferenceTo(now with { Drawing = other }), StringComparison.Ordinal);
        written.Remove("drawing");
        Assert.Null(now.DifferenceTo(RunOrigin.Of(written.GetValueOrDefault)));
    }

    [Fact]
    public void Only_where_faces_are_drawn_it_matters_which_program_draws_them()
    {
        Assert.DoesNotContain(RenderedSource.Program, RunOrigin.DrawingOf(0), StringComparison.Ordinal);
        Assert.Contains(RenderedSource.Program, RunOrigin.DrawingOf(1), StringComparison.Ordinal);
    }
}
