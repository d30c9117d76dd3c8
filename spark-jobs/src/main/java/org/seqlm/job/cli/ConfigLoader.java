package org.seqlm.job.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.Paths;

/**
 * Makes a job's configuration: flag over {@code --set} over file over default. The defaults are the
 * commented file {@code conf/NAME.yaml}, which is part of the jar, so the documented defaults are
 * the real ones; its keys are the only ones there are.
 */
public final class ConfigLoader {
  private static final Set<String> JOBS_OF_JOBS = Set.of("quickstart", "retrain", "nightly-demo");
  private static final String SET = "--set";

  /**
   * Who gave values.
   *
   * @param name of a file, or what else it is
   * @param all every key there is, from the top
   */
  private record Source(String name, ObjectNode all) {
    KeyHints hints() {
      return new KeyHints(all, name.equals(SET) ? KeyHints.Form.DOTTED : KeyHints.Form.NESTED);
    }
  }

  private ConfigLoader() {}

  /**
   * The effective configuration.
   *
   * @param name of the job, and so of its file of defaults
   * @param type a record; its compact constructor checks the values
   * @param file what {@code --config} names, on any Hadoop file system, or null
   * @param sets what {@code --set} gave, each {@code key=value} with dots in the key and a YAML
   *     value
   * @param flags what the command's own flags gave
   * @throws UserException with exit code 2 and every problem found
   */
  public static <C> C load(
      String name,
      Class<C> type,
      Configuration hadoop,
      String file,
      List<String> sets,
      ObjectNode flags) {
    return load(name, type, hadoop, file, sets, flags, given -> null);
  }

  /**
   * The same of a job whose defaults depend on its input.
   *
   * @param variant what stands over the defaults, below all that is given, by what all of it comes
   *     to without; null for nothing
   */
  public static <C> C load(
      String name,
      Class<C> type,
      Configuration hadoop,
      String file,
      List<String> sets,
      ObjectNode flags,
      Function<ObjectNode, ObjectNode> variant) {
    List<String> problems = new ArrayList<>();
    ObjectNode effective = defaults(name);
    given(effective, hadoop, file, sets, flags, problems);
    ObjectNode over = problems.isEmpty() ? variant.apply(effective) : null;
    if (over != null) {
      effective = over(name, over);
      given(effective, hadoop, file, sets, flags, problems);
    }
    ChainFiles.read(effective, hadoop, problems);
    return ConfigBinder.bind(effective, type, problems);
  }

  /** A job's defaults with others over them. */
  public static ObjectNode over(String name, ObjectNode others) {
    ObjectNode all = defaults(name);
    List<String> problems = new ArrayList<>();
    merge(all, all.deepCopy(), others, "", new Source(name, all), problems);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(String.join("; ", problems));
    }
    return all;
  }

  private static void given(
      ObjectNode effective,
      Configuration hadoop,
      String file,
      List<String> sets,
      ObjectNode flags,
      List<String> problems) {
    ObjectNode known = effective.deepCopy();
    if (file != null) {
      merge(effective, known, parseFile(hadoop, file), "", new Source(file, known), problems);
    }
    for (String set : sets) {
      merge(effective, known, parseSet(set), "", new Source(SET, known), problems);
    }
    merge(effective, known, flags, "", new Source("flags", known), problems);
  }

  /**
   * Binds a tree that has every key, for instance a part of another job's configuration over its
   * defaults.
   */
  public static <C> C load(String name, Class<C> type, JsonNode overrides) {
    ObjectNode effective = defaults(name);
    List<String> problems = new ArrayList<>();
    if (overrides instanceof ObjectNode node) {
      ObjectNode known = effective.deepCopy();
      merge(effective, known, node, "", new Source(name, known), problems);
    }
    return ConfigBinder.bind(effective, type, problems);
  }

  /**
   * What {@code conf/NAME.yaml} says. Where jobs are run by another, a group named like a job holds
   * that job's keys too.
   */
  public static ObjectNode defaults(String name) {
    ObjectNode own = complete(name);
    if (own == null) {
      throw new IllegalStateException("the jar lacks conf/" + name + ".yaml");
    }
    return own;
  }

  /** A job's defaults with those of the jobs that it runs, or null if there is no such job. */
  private static ObjectNode complete(String name) {
    ObjectNode own = resource(name);
    if (own == null) {
      return null;
    }
    for (Map.Entry<String, JsonNode> field : own.properties()) {
      boolean group = JOBS_OF_JOBS.contains(name) && field.getValue().isObject();
      ObjectNode job = group ? complete(field.getKey()) : null;
      if (job != null) {
        List<String> problems = new ArrayList<>();
        ObjectNode known = job.deepCopy();
        merge(
            job,
            known,
            (ObjectNode) field.getValue(),
            field.getKey() + ".",
            new Source(name, known),
            problems);
        if (!problems.isEmpty()) {
          throw new IllegalStateException(String.join("; ", problems));
        }
        field.setValue(job);
      }
    }
    return own;
  }

  /** A file of {@code conf/}, or null if there is none of this name. */
  public static ObjectNode resource(String name) {
    try (InputStream in = ConfigLoader.class.getResourceAsStream("/conf/" + name + ".yaml")) {
      return in == null ? null : (ObjectNode) ConfigText.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode parseFile(Configuration hadoop, String file) {
    Path path = Paths.of(file);
    try (InputStream in = Paths.plain(path, hadoop).open(path)) {
      JsonNode tree = ConfigText.read(in);
      if (tree.isMissingNode() || tree.isNull()) {
        return ConfigText.group();
      }
      if (tree instanceof ObjectNode node) {
        return node;
      }
      throw UserException.configuration(
          "--config " + file + " must hold keys and values, as conf/*.yaml do");
    } catch (FileNotFoundException e) {
      throw UserException.configuration("--config " + file + " does not exist");
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      String place =
          where == null ? "" : " at line " + where.getLineNr() + ", column " + where.getColumnNr();
      throw UserException.configuration(
          "--config "
              + file
              + " is no YAML"
              + place
              + ": "
              + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw UserException.platform("--config " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static ObjectNode parseSet(String set) {
    int equals = set.indexOf('=');
    if (equals <= 0) {
      throw UserException.configuration(
          "--set takes key=value, for instance seed=7, but got " + set);
    }
    try {
      JsonNode value = ConfigText.read(set.substring(equals + 1));
      return ConfigText.nested(
          set.substring(0, equals), value.isMissingNode() ? ConfigText.text("") : value);
    } catch (IOException e) {
      throw UserException.configuration("--set " + set + ": the value is no YAML");
    }
  }

  /**
   * Merges values into a group.
   *
   * @param base the group, which is changed
   * @param known its defaults; in a group that is empty there, keys may be any
   */
  private static void merge(
      ObjectNode base,
      ObjectNode known,
      ObjectNode over,
      String prefix,
      Source source,
      List<String> problems) {
    for (Map.Entry<String, JsonNode> field : over.properties()) {
      String key = prefix + field.getKey();
      JsonNode old = known.get(field.getKey());
      if (old == null) {
        problems.add(
            "unknown key "
                + key
                + " ("
                + source.name()
                + "): "
                + source.hints().unknown(known, prefix, field.getKey(), field.getValue()));
      } else if (old instanceof ObjectNode group) {
        JsonNode value = field.getValue();
        if (group.isEmpty()) {
          mergeFreely(base, field.getKey(), value);
        } else if (value instanceof ObjectNode values) {
          merge((ObjectNode) base.get(field.getKey()), group, values, key + ".", source, problems);
        } else {
          problems.add(
              key
                  + " ("
                  + source.name()
                  + ") is a group of keys, but got the value "
                  + value
                  + ": "
                  + source.hints().group(key, group, value));
        }
      } else {
        base.set(field.getKey(), field.getValue());
      }
    }
  }

  private static void mergeFreely(ObjectNode base, String key, JsonNode value) {
    if (base.get(key) instanceof ObjectNode group && value instanceof ObjectNode values) {
      values.properties().forEach(field -> mergeFreely(group, field.getKey(), field.getValue()));
    } else {
      base.set(key, value);
    }
  }
}
