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
    private readonly HashSet<object> keys = new(ReferenceEqualityComparer.Instance); // objects that their values identify
    private readonly Queue<Visit> waiting = new();
    private readonly List<PlacedModule> found = [];

    /// <summary>An object to look into.</summary>
    /// <param name="Object">The object.</param>
    /// <param name="Owner">The module whose object it is.</param>
    /// <param name="Place">Where its owner leads to it; null for the module itself.</param>
    /// <param name="Holder">The object that has the place.</param>
    private sealed record Visit(object Object, PlacedModule Owner, Place? Place = null, Visit? Holder = null)
    {
        /// <summary>The path of a place of this object. Written only where a module stands: a model may lead to millions of
        /// objects.</summary>
        public string PathTo(Place place)
        {
            var steps = new List<string> { place.Step };
            for (var visit = this; visit?.Place is { } held; visit = visit.Holder) steps.Add(held.Step);
            steps.Reverse();
            string path = Owner.Path + string.Concat(steps);
            return path.StartsWith('.') ? path[1..] : path;
        }
    }

    public PlaceSearch(nn.Module root)
    {
        var model = new PlacedModule(root, isRoot: true);
        modules.Add(root, model);
        found.Add(model);
        Name(root, "", outside: null, NewPath());
        waiting.Enqueue(new(root, model));
    }

    /// <summary>The modules, in the order of <see cref="ModulePlaces.Find"/>.</summary>
    public IReadOnlyList<PlacedModule> Found => found;

    /// <summary>Fills the places of all modules.</summary>
    public void Run()
    {
        while (waiting.TryDequeue(out var visit))
            if (seen.Add(visit.Object)) LookInto(visit);
    }

    // The names of state_dict, and of what hangs together outside of it. A module on its own path contains itself: its names would
    // not end.
    private void Name(nn.Module parent, string prefix, PlacedModule? outside, HashSet<nn.Module> path)
    {
        if (parent is jit.ScriptModule || !path.Add(parent)) return;
        foreach (var (name, child) in parent.named_children())
        {
            if (child is null) continue;
            string full = prefix.Length == 0 ? name : $"{prefix}.{name}";
            var placed = Known(child);
            if (placed.HeldAt.Length == 0) placed.HeldAt = full;
            if (outside is null && !placed.IsRoot) placed.Paths.Add(full);
            else if (placed.Paths.Count == 0 && !placed.IsRoot) placed.Outside ??= outside;
            Name(child, full, outside, path);
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
                Elements(array, visit);
                return;
            case IEnumerable table when HolderTypes.IsWeakTable(type):
                Keys(table, table, type: null, visit); // a layer's data: lost, were another layer put in its place
                return;
            case var _ when HolderTypes.IsWeakReference(type):
                See(new WeakPlace(visit.Object, visit.Place!), visit);
                return;
            // Classes that only implement an interface of .NET's keep their modules in fields, which is where they are looked for.
            case var _ when !HolderTypes.IsCollectionOfDotNet(type):
                Fields(visit, HolderTypes.FieldsOf(type));
                return;
            case IDictionary dictionary:
                Keys(dictionary, dictionary.Keys, Argument(type, typeof(IDictionary<,>)), visit);
                if (dictionary.IsReadOnly) goto default;
                Entries(dictionary, visit);
                break;
            case IList { IsReadOnly: false } list:
                Items(list, visit);
                break;
            case IEnumerable set when Argument(type, typeof(IReadOnlySet<>)) is { } member:
                Keys(set, set, member, visit);
                break;
            default:
                Fields(visit, HolderTypes.FieldsOf(type));
                return;
        }
        // A collection of .NET was read through its interface; one derived from it may have fields besides.
        Fields(visit, HolderTypes.FieldsOf(type).Where(field => !HolderTypes.IsOfDotNet(field.DeclaringType!)));
    }

    private void Fields(Visit visit, IEnumerable<FieldInfo> fields)
    {
        foreach (var field in fields)
        {
            if (HolderTypes.IsKeyOfGroup(field)) See(new HashedPlace(visit.Object, field.GetValue(visit.Object), visit.Place!), visit);
            else See(new FieldPlace(visit.Object, field, visit.Place), visit);
        }
    }

    // Elements are looked at before a place is made of them: most lists of millions are data.
    private void Elements(Array array, Visit visit)
    {
        int[] index = new int[array.Rank];
        for (int axis = 0; axis < array.Rank; axis++) index[axis] = array.GetLowerBound(axis);
        foreach (object? item in array)
        {
            if (HolderTypes.LeadsOn(item)) See(new ArrayPlace(array, [.. index], visit.Place!), visit);
            // The next element: the last axis runs first.
            for (int axis = array.Rank - 1; axis >= 0 && ++index[axis] > array.GetUpperBound(axis); axis--)
                index[axis] = array.GetLowerBound(axis);
        }
    }

    private void Items(IList list, Visit visit)
    {
        var type = Argument(list.GetType(), typeof(IList<>)) ?? typeof(object);
        if (!HolderTypes.MayLead(type)) return;
        for (int i = 0; i < list.Count; i++)
            if (HolderTypes.LeadsOn(list[i])) See(new ListPlace(list, i, type, visit.Place!), visit);
    }

    private void Entries(IDictionary dictionary, Visit visit)
    {
        var type = Argument(dictionary.GetType(), typeof(IDictionary<,>), 1) ?? typeof(object);
        if (!HolderTypes.MayLead(type)) return;
        foreach (DictionaryEntry entry in dictionary)
            if (HolderTypes.LeadsOn(entry.Value)) See(new EntryPlace(dictionary, entry.Key, type, visit.Place!), visit);
    }

    private void Keys(object collection, IEnumerable items, Type? type, Visit visit)
    {
        if (type is not null && !HolderTypes.MayLead(type)) return;
        foreach (object? item in items)
            if (HolderTypes.LeadsOn(item)) See(new HashedPlace(collection, item, visit.Place!), visit);
    }

    /// <summary>Looks at what a place holds: a module, a value with places of its own, or an object to look into.</summary>
    private void See(Place place, Visit visit)
    {
        object? value = place.Read();
        if (!HolderTypes.LeadsOn(value)) return;
        switch (value)
        {
            case nn.Module module:
                Note(module, place, visit);
                return;
            case Delegate bound:
                var calls = bound.GetInvocationList();
                for (int i = 0; i < calls.Length; i++)
                {
                    if (calls[i].Target is nn.Module target) Note(target, new DelegatePlace(place, i), visit);
                    else if (HolderTypes.LeadsOn(calls[i].Target)) waiting.Enqueue(new(calls[i].Target!, visit.Owner, place, visit));
                }
                return;
            case ValueType:
                Members(value, place, visit);
                return;
            case not null when place.Lock is not null && HolderTypes.IsKnownByItsValues(value.GetType()):
                if (keys.Add(value)) Members(value, place, visit);
                return;
            default:
                waiting.Enqueue(new(value!, visit.Owner, place, visit));
                return;
        }
    }

    private void Members(object value, Place place, Visit visit)
    {
        foreach (var part in ValuePlace.Of(value, place)) See(part, visit);
    }

    // What a module keeps of itself goes with it.
    private void Note(nn.Module module, Place place, Visit visit)
    {
        var placed = Known(module);
        if (!ReferenceEquals(placed, visit.Owner)) placed.Places.Add(place);
        if (placed.HeldAt.Length == 0 && !placed.IsRoot)
        {
            placed.HeldAt = visit.PathTo(place);
            placed.Outside = placed;
            Name(module, placed.HeldAt, placed, NewPath());
        }
        waiting.Enqueue(new(module, placed));
    }

    private static Type? Argument(Type type, Type open, int index = 0) =>
        type.GetInterfaces().FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == open)
            ?.GetGenericArguments()[index];
}
