using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class IdentityListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_are_read_a_line_each() =>
        Assert.Equal(["Zoe", "Ann Lee"], IdentityList.Read(_folder.WriteText("people.txt", "\uFEFFZoe\r\n\nAnn Lee \n")));

    [Fact]
    public void A_name_that_stands_there_twice_is_refused_with_both_lines()
    {
        var path = _folder.WriteText("people.txt", "Zoe\nAnn\nZoe\n");
        Assert.Contains("line 3: 'Zoe' is on line 1 already", Assert.Throws<InputException>(() => IdentityList.Read(path)).Message);
    }

    [Fact]
    public void A_missing_or_an_empty_list_is_refused_by_name()
    {
        Assert.Contains("people.txt", Assert.Throws<InputException>(() => IdentityList.Read(_folder.WriteText("people.txt", "\n"))).Message);
        Assert.Contains("nowhere.txt", Assert.Throws<InputException>(() => IdentityList.Read(_folder.File("nowhere.txt"))).Message);
    }
}
