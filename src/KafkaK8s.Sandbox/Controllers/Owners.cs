using System.Text.Json.Nodes;
using KafkaK8s.Sandbox.Api;

namespace KafkaK8s.Sandbox.Controllers;

/// <summary>References from objects to those that own them.</summary>
internal static class Owners
{
    /// <summary>A reference to the object that made and controls another.</summary>
    public static JsonObject ControllerReference(JsonObject owner)
    {
        var reference = Reference(owner);
        reference["controller"] = true;
        reference["blockOwnerDeletion"] = true;
        return reference;
    }

    /// <summary>A reference to an object that another goes away with.</summary>
    public static JsonObject Reference(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.TextAt("apiVersion"),
        ["kind"] = owner.TextAt("kind"),
        ["name"] = owner.Name(),
        ["uid"] = owner.TextAt("metadata", "uid"),
    };

    /// <summary>Whether an object refers to another as an owner.</summary>
    public static bool IsOwnedBy(this JsonObject item, string? uid) =>
        item.ObjectsAt("metadata", "ownerReferences").Any(owner => owner.TextAt("uid") == uid);

    /// <summary>Makes an object refer to an owner, once.</summary>
    public static void AddOwner(this JsonObject item, JsonObject reference)
    {
        if (item.IsOwnedBy(reference.TextAt("uid")))
        {
            return;
        }

        var metadata = item.Child("metadata");
        var owners = metadata["ownerReferences"] as JsonArray ?? [];
        metadata["ownerReferences"] = owners;
        owners.Add(reference);
    }

    /// <summary>Makes an object refer to an owner no more.</summary>
    public static void RemoveOwner(this JsonObject item, string? uid)
    {
        var left = item.ObjectsAt("metadata", "ownerReferences").Where(owner => owner.TextAt("uid") != uid).Select(owner => owner.DeepClone());
        var owners = new JsonArray([.. left]);
        item.Child("metadata").Remove("ownerReferences");
        if (owners.Count > 0)
        {
            item.Child("metadata")["ownerReferences"] = owners;
        }
    }
}
