package org.seqlm.corpus.example;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.vocab.ExampleVocabulary;

/**
 * Gives the tokens and labels of examples their ids, and puts examples into blocks. One instance a
 * thread.
 */
public final class ExampleEncoder {
  /**
   * What a column's strings are.
   *
   * @see #strings(ExampleColumn)
   */
  public enum Strings {
    /** Tokens that a network reads. */
    READ,
    /** Tokens that it writes. */
    WRITTEN,
    /** Labels. */
    LABELS
  }

  private final List<ExampleColumn> columns;
  private final Map<String, ExampleVocabulary> vocabularies;
  private final Map<String, Map<String, Integer>> labels = new HashMap<>();
  private final Map<String, Long> unknown = new TreeMap<>();

  /**
   * @param columns of the blocks
   * @param vocabularies of each column of tokens
   * @param labels of each column of labels, their names in the order of their ids
   */
  public ExampleEncoder(
      List<ExampleColumn> columns,
      Map<String, ExampleVocabulary> vocabularies,
      Map<String, List<String>> labels) {
    this.columns = columns;
    this.vocabularies = vocabularies;
    labels.forEach(
        (column, names) -> {
          Map<String, Integer> ids = new HashMap<>();
          names.forEach(name -> ids.put(name, ids.size()));
          this.labels.put(column, ids);
        });
  }

  /** What the strings of a column are; null where it has none. */
  public static Strings strings(ExampleColumn column) {
    return switch (column.type()) {
      case FLOATS, MASK -> null;
      case LABEL -> Strings.LABELS;
      case IDS ->
          switch (column.name()) {
            case RoleColumns.TAGS -> Strings.LABELS;
            case RoleColumns.TARGET -> Strings.WRITTEN;
            default -> Strings.READ;
          };
    };
  }

  /** The strings that an example has in a role; none where it has numbers. */
  public static List<String> strings(ExampleValue value) {
    if (value instanceof ExampleValue.Words words) {
      return words.tokens();
    }
    return value instanceof ExampleValue.Name name ? List.of(name.name()) : List.of();
  }

  /**
   * Adds an example to a block.
   *
   * @throws IllegalArgumentException if one of its labels has no id
   */
  public void add(ParsedExample example, ExampleTask task, ExampleBlock.Builder block) {
    for (String role : RoleColumns.roles(task)) {
      ExampleValue value = example.value(role);
      if (value instanceof ExampleValue.Numbers numbers) {
        block.floats(role, numbers.values());
        if (numbers.observed() != null) {
          block.mask(RoleColumns.OBSERVED, numbers.observed());
        }
      } else if (value != null) {
        block.ids(role, ids(role, value));
      }
    }
    block.end();
  }

  private int[] ids(String role, ExampleValue value) {
    List<String> strings = strings(value);
    int[] ids = new int[strings.size()];
    Map<String, Integer> names = labels.get(role);
    ExampleVocabulary vocabulary = vocabularies.get(role);
    int notKnown = 0;
    for (int i = 0; i < ids.length; i++) {
      if (names != null) {
        Integer id = names.get(strings.get(i));
        if (id == null) {
          throw new IllegalArgumentException(
              "the label " + strings.get(i) + " of column " + role + " has no id");
        }
        ids[i] = id;
      } else {
        ids[i] = vocabulary.id(strings.get(i));
        notKnown += ids[i] == vocabulary.unknown() ? 1 : 0;
      }
    }
    if (names == null) {
      unknown.merge(role, (long) notKnown, Long::sum);
    }
    return ids;
  }

  public List<ExampleColumn> columns() {
    return columns;
  }

  /** Of each column with a vocabulary the tokens so far that it does not know. */
  public Map<String, Long> unknown() {
    return unknown;
  }
}
