using System.Collections;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>One walk over a model: names first, then everything that can be reached, breadth first.</summary>
internal sealed class PlaceSearch
{
    private readonly Dictionary<nn.Module, PlacedModule> modules = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<Visit> waiting = new();
    private readonly List<PlacedModule> found = [];

    /// <summary>An object to look into.</summary>
    /// <param name="Object">The object.</param>
    /// <param name="Owner">The module whose object it is.</param>
    /// <param name="Holder">Where it is held, for a reader.</param>
    /// <param name="Trail">The place in its owner, as code: <c>layers[2]</c>.</param>
    private readonly record struct Visit(object Object, PlacedModule Owner, string Holder, string Trail);

    public PlaceSearch(nn.Module root)
    {
        var model = new PlacedModule(root, isRoot: true);
        modules.Add(root, model);
        found.Add(model);
        Name(root, "", isRegistered: true, NewPath());
        waiting.Enqueue(new(root, model, "", ""));
    }

    /// <summary>The modules, in the order of <see cref="ModulePlaces.Find"/>.</summary>
    public IReadOnlyList<PlacedModule> Found => found;

    /// <summary>Fills the places of all modules.</summary>
    public void Run()
    {
        while (waiting.TryDequeue(out var visit))
            if (seen.Add(visit.Object)) LookInto(visit);
    }

    // The names of state_dict. A module on its own path contains itself: its names would not end.
    private void Name(nn.Module parent, string prefix, bool isRegistered, HashSet<nn.Module> path)
    {
        if (parent is jit.ScriptModule || !path.Add(parent)) return;
        foreach (var (name, child) in parent.named_children())
        {
            if (child is null) continue;
            string full = prefix.Length == 0 ? name : $"{prefix}.{name}";
            var placed = Known(child);
            if (placed.HeldAt.Length == 0) placed.HeldAt = full;
            if (isRegistered && !placed.IsRoot) placed.Paths.Add(full);
            Name(child, full, isRegistered, path);
        }
        path.Remove(parent);
    }

    private static HashSet<nn.Module> NewPath() => new(ReferenceEqualityComparer.Instance);

    private PlacedModule Known(nn.Module module)
    {
        if (modules.TryGetValue(module, out var placed)) return placed;
        placed = new PlacedModule(module, isRoot: false);
        modules.Add(module, placed);
        found.Add(placed);
        return placed;
    }

    private void LookInto(Visit visit)
    {
        var type = visit.Object.GetType();
        switch (visit.Object)
        {
            case Array array:
                if (References.MayLead(type.GetElementType()!)) Elements(array, visit);
                return;
            case IDictionary { IsReadOnly: false } dictionary:
                Entries(dictionary, visit);
                break;
            case IList { IsReadOnly: false } list:
                Items(list, visit);
                break;
            case IEnumerable set when Argument(type, typeof(IReadOnlySet<>)) is { } member:
                if (References.MayLead(member))
                    foreach (object? item in set)
                        if (item is nn.Module module) Note(module, new HashedPlace(module, $"the {TypeName.Of(type)} in {visit.Holder}"), visit);
                break;
            default:
                Fields(visit, References.FieldsOf(type));
                return;
        }
        // A collection of .NET was read through its interface; one derived from it may have fields besides.
        Fields(visit, References.FieldsOf(type).Where(field => !References.IsOfDotNet(field.DeclaringType!)));
    }

    private void Fields(Visit visit, IEnumerable<FieldInfo> fields)
    {
        bool ofDotNet = References.IsOfDotNet(visit.Object.GetType());
        foreach (var field in fields)
        {
            string name = FieldPlace.NameOf(field);
            string trail = visit.Trail.Length == 0 ? name : ofDotNet ? visit.Trail : $"{visit.Trail}.{name}";
            See(new FieldPlace(visit.Object, field), visit with { Trail = trail });
        }
    }

    private void Elements(Array array, Visit visit)
    {
        string holder = $"the {TypeName.Of(array.GetType())} in {visit.Holder}";
        int[] index = new int[array.Rank];
        for (int axis = 0; axis < array.Rank; axis++) index[axis] = array.GetLowerBound(axis);
        for (long i = 0; i < array.LongLength; i++)
        {
            See(new ArrayPlace(array, [.. index], holder), visit with { Trail = $"{visit.Trail}[{string.Join(", ", index)}]" });
            // The next element: the last axis runs first.
            for (int axis = array.Rank - 1; axis >= 0 && ++index[axis] > array.GetUpperBound(axis); axis--) index[axis] = array.GetLowerBound(axis);
        }
    }

    private void Items(IList list, Visit visit)
    {
        var item = Argument(list.GetType(), typeof(IList<>)) ?? typeof(object);
        if (!References.MayLead(item)) return;
        string holder = $"the {TypeName.Of(list.GetType())} in {visit.Holder}";
        for (int i = 0; i < list.Count; i++)
            See(new ListPlace(list, i, item, holder), visit with { Trail = $"{visit.Trail}[{i}]" });
    }

    private void Entries(IDictionary dictionary, Visit visit)
    {
        var type = dictionary.GetType();
        var entry = Argument(type, typeof(IDictionary<,>), 1) ?? typeof(object);
        string holder = $"the {TypeName.Of(type)} in {visit.Holder}";
        foreach (object key in dictionary.Keys)
        {
            if (key is nn.Module module) Note(module, new HashedPlace(module, $"a key of {holder}"), visit);
            if (References.MayLead(entry)) See(new EntryPlace(dictionary, key, entry, holder), visit with { Trail = $"{visit.Trail}[\"{key}\"]" });
        }
    }

    /// <summary>Looks at what a place holds: a module, a value with places of its own, or an object to look into.</summary>
    private void See(Place place, Visit visit)
    {
        object? value = place.Read();
        switch (value)
        {
            case null:
                return;
            case nn.Module module:
                Note(module, place, visit);
                return;
            case Delegate bound:
                var calls = bound.GetInvocationList();
                for (int i = 0; i < calls.Length; i++)
                {
                    if (calls[i].Target is nn.Module target) Note(target, new DelegatePlace(place, i), visit);
                    else if (calls[i].Target is { } closure) Wait(closure, place, visit);
                }
                return;
            case ValueType:
                if (!References.MayLead(value.GetType())) return;
                foreach (var field in References.FieldsOf(value.GetType())) See(new MemberPlace(place, field), visit);
                return;
            default:
                Wait(value, place, visit);
                return;
        }
    }

    private void Wait(object value, Place place, Visit visit)
    {
        if (References.MayLead(value.GetType())) waiting.Enqueue(visit with { Object = value, Holder = place.Where });
    }

    // What a module keeps of itself goes with it.
    private void Note(nn.Module module, Place place, Visit visit)
    {
        var placed = Known(module);
        if (!ReferenceEquals(placed, visit.Owner)) placed.Places.Add(place);
        if (placed.HeldAt.Length == 0 && !placed.IsRoot)
        {
            placed.HeldAt = visit.Owner.Path.Length == 0 ? visit.Trail : $"{visit.Owner.Path}.{visit.Trail}";
            Name(module, placed.HeldAt, isRegistered: false, NewPath());
        }
        waiting.Enqueue(new(module, placed, "", ""));
    }

    private static Type? Argument(Type type, Type open, int index = 0) =>
        type.GetInterfaces().FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == open)?.GetGenericArguments()[index];
}
