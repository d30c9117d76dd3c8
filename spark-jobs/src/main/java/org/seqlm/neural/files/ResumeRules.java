package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which keys of a configuration may differ when a run goes on. All others decide its result.
 *
 * @param free keys or groups that may differ always
 * @param extending keys or groups that may differ where the user insists on going on
 * @param later keys that runs of earlier releases do not have, with the values by which those went
 */
public record ResumeRules(List<String> free, List<String> extending, Map<String, String> later) {
  public ResumeRules {
    free = List.copyOf(free);
    extending = List.copyOf(extending);
    later = Map.copyOf(later);
  }

  /** Where all runs have all keys. */
  public ResumeRules(List<String> free, List<String> extending) {
    this(free, extending, Map.of());
  }

  /**
   * The keys that decide the result, with their values, sorted: what a job's fingerprint covers. A
   * later key counts where it has another value than the runs before went by.
   */
  public Map<String, String> decisive(JsonNode config) {
    TreeMap<String, String> keys = flat(config);
    keys.keySet().removeIf(key -> covers(free, key) || covers(extending, key));
    keys.entrySet().removeAll(later.entrySet());
    return keys;
  }

  /**
   * What stands in the way of going on, as {@code key: was, now is}; empty if nothing does.
   *
   * @param was the configuration that the run began with
   * @param is the one to go on with
   */
  public List<String> conflicts(JsonNode was, JsonNode is, RunFolder.Resume resume) {
    TreeMap<String, String> old = flat(was);
    later.forEach(old::putIfAbsent);
    TreeMap<String, String> now = flat(is);
    later.forEach(now::putIfAbsent);
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(now.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(old.get(key), now.get(key)))
        .filter(key -> !covers(free, key))
        .filter(key -> resume != RunFolder.Resume.REQUIRED || !covers(extending, key))
        .map(
            key ->
                key
                    + (old.containsKey(key) ? " was " + old.get(key) : " was unknown")
                    + (now.containsKey(key) ? ", now is " + now.get(key) : ", now is unknown"))
        .toList();
  }

  /** Whether the user must insist: only keys that extend a run stand in the way. */
  public boolean onlyExtends(JsonNode was, JsonNode is) {
    return conflicts(was, is, RunFolder.Resume.REQUIRED).isEmpty();
  }

  private static boolean covers(List<String> names, String key) {
    return names.stream().anyMatch(name -> key.equals(name) || key.startsWith(name + "."));
  }

  private static TreeMap<String, String> flat(JsonNode config) {
    TreeMap<String, String> keys = new TreeMap<>();
    flatten("", config, keys);
    return keys;
  }

  private static void flatten(String name, JsonNode node, Map<String, String> keys) {
    if (node instanceof ObjectNode group) {
      group
          .fields()
          .forEachRemaining(
              field ->
                  flatten(
                      name.isEmpty() ? field.getKey() : name + "." + field.getKey(),
                      field.getValue(),
                      keys));
    } else {
      keys.put(name, node.isValueNode() ? node.asText() : node.toString());
    }
  }
}
