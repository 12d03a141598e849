using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class ListSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ListSourceTests()
    {
        foreach (var name in (string[])["a.jpg", "b.jpg", "c.jpg", "d e.jpg"]) _folder.WriteBytes(name, TestFaces.Jpeg(name[0]));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Items_keep_the_order_of_the_file_and_numeric_labels_that_of_their_values()
    {
        var source = Read("c.jpg\t10\na.jpg\t9\n\nd e.jpg\t10\r\nb.jpg\t100\n");
        Assert.Equal(["c.jpg", "a.jpg", "d e.jpg", "b.jpg"], Enumerable.Range(0, source.Count).Select(i => Path.GetFileName(source.NameOf(i))));
        Assert.Equal(["9", "10", "100"], Enumerable.Range(0, source.Identities).Select(source.IdentityName));
        Assert.Equal([1, 0, 1, 2], Enumerable.Range(0, source.Count).Select(source.LabelOf));
        Assert.Equal(112, source.Load(2).Width);
        Assert.Equal(2, source.SingleImageIdentities());
    }

    [Fact]
    public void Labels_may_be_names()
    {
        var source = Read("a.jpg\tZoe\nb.jpg\t12\nc.jpg\tAnn\n");
        Assert.Equal(["12", "Ann", "Zoe"], Enumerable.Range(0, source.Identities).Select(source.IdentityName));
    }

    [Fact]
    public void Paths_start_from_the_root_given()
    {
        Directory.CreateDirectory(_folder.File("lists"));
        _folder.WriteText("lists/train.txt", "a.jpg\t1\n");
        Assert.Equal(_folder.File("a.jpg"), new ListSource(_folder.File("lists/train.txt"), _folder.Path).NameOf(0));
        Assert.Contains("nowhere", Assert.Throws<InputException>(() => new ListSource(_folder.File("lists/train.txt"), _folder.File("nowhere"))).Message);
    }

    [Fact]
    public void Every_faulty_line_is_named_at_once()
    {
        var fault = Assert.Throws<InputException>(() => Read("a.jpg\t1\nb.jpg 1\n\t1\nc.jpg\t\nmissing.jpg\t1\na.jpg\t2\nb.jpg\t1\t2\n"));
        Assert.Equal(6, fault.Faults.Count);
        Assert.Contains("list.txt", fault.Message);
        Assert.Contains("line 2: expected a path, a tab and a label", fault.Message);
        Assert.Contains("line 3: the path is empty", fault.Message);
        Assert.Contains("line 4: the label is empty", fault.Message);
        Assert.Contains("line 5: no such file", fault.Message);
        Assert.Contains("line 6: 'a.jpg' is on line 1 already", fault.Message);
        Assert.Contains("line 7: expected a path, a tab and a label, found 3 columns", fault.Message);
    }

    [Fact]
    public void Past_twenty_faults_are_only_counted()
    {
        var fault = Assert.Throws<InputException>(() => Read(string.Concat(Enumerable.Range(0, 50).Select(i => $"{i}\n"))));
        Assert.Equal(20, fault.Faults.Count);
        Assert.Contains(": 50 faults", fault.Message);
        Assert.Contains("and 30 more", fault.Message);
    }

    [Fact]
    public void A_missing_or_an_empty_list_is_refused_by_name()
    {
        Assert.Contains("nowhere.txt", Assert.Throws<InputException>(() => new ListSource(_folder.File("nowhere.txt"))).Message);
        Assert.Contains("the list is empty", Assert.Throws<InputException>(() => Read("\n  \n")).Message);
    }

    private ListSource Read(string text) => new(_folder.WriteText("list.txt", text));
}
