package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/**
 * Records that a network is asked about: what it reads of each is checked against its columns, and
 * what it is to say is taken along where it is there and the network knows it. Bad records travel,
 * too.
 */
final class AskedExamples implements ExampleMaker {
  /** Labels that a message names. */
  private static final int SHOWN = 8;

  private final AskedRules rules;
  private final RoleColumns names;
  private final ExampleReader reader;
  private final String told; // null where the task has none
  private final Map<String, Set<String>> labels = new HashMap<>();

  AskedExamples(AskedRules rules) {
    this.rules = rules;
    names = rules.roles();
    told = AskedRules.told(names.task());
    reader =
        new ExampleReader(
            names, rules.text() == null ? TextRules.of(TokenizerKind.WORD) : rules.text());
    rules.labels().forEach((column, all) -> labels.put(column, new HashSet<>(all)));
  }

  @Override
  public Set<String> columns() {
    Set<String> columns = new TreeSet<>(names.columns());
    columns.addAll(rules.kept());
    return columns;
  }

  @Override
  public Set<String> texts() {
    Set<String> texts = DealtExamples.texts(names);
    texts.addAll(rules.kept());
    for (String role : RoleColumns.roles(names.task())) {
      texts.removeIf(one -> one.equals(names.name(role)) && isArray(role));
    }
    return texts;
  }

  /** Whether a role's column holds arrays, which a CSV file has as JSON, though it may be kept. */
  private boolean isArray(String role) {
    return role.equals(RoleColumns.TAGS)
        || role.equals(RoleColumns.VALUES)
        || role.equals(RoleColumns.TIMES)
        || role.equals(RoleColumns.CONDITION);
  }

  @Override
  public Made made(ObjectNode fields, CorpusFile file, int piece, long place)
      throws BadExampleException {
    List<String> roles = RoleColumns.roles(names.task());
    ExampleValue[] values = new ExampleValue[roles.size()];
    for (int i = 0; i < values.length; i++) {
      String role = roles.get(i);
      values[i] =
          role.equals(told)
              ? told(fields)
              : rules.column(role) == null ? null : asked(fields, role);
    }
    ParsedExample example = new ParsedExample(names.task(), values);
    if (names.task() == ExampleTask.TAG && !fits(example)) {
      values[roles.indexOf(told)] = null;
    } else {
      reader.checkLengths(example);
    }
    return new Made(AskedRecord.good(example, kept(fields), piece, place), 0);
  }

  @Override
  public byte[] bad(ObjectNode fields, String message, int piece, long place) {
    return AskedRecord.bad(message, kept(fields), piece, place);
  }

  private ObjectNode kept(ObjectNode fields) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (String name : rules.kept()) {
      JsonNode value = fields == null ? null : fields.get(name);
      if (value != null) {
        kept.set(name, value);
      }
    }
    return kept;
  }

  /** What a record says the network is to say; null where that is of no use. */
  private ExampleValue told(ObjectNode fields) {
    try {
      ExampleValue value = reader.value(fields, told);
      Set<String> known = labels.get(told);
      return known == null || known.containsAll(ExampleEncoder.strings(value)) ? value : null;
    } catch (BadExampleException e) {
      return null; // nothing that is predicted depends on it
    }
  }

  private boolean fits(ParsedExample example) {
    try {
      reader.checkLengths(example);
      return true;
    } catch (BadExampleException e) {
      return false;
    }
  }

  private ExampleValue asked(ObjectNode fields, String role) throws BadExampleException {
    ExampleColumn column = rules.column(role);
    ExampleValue value = reader.value(fields, role);
    if (value == null) {
      throw new BadExampleException(
          ExampleProblem.MISSING_COLUMN,
          "there is no "
              + names.shown(role)
              + ", but "
              + rules.model()
              + " was trained on examples that have it: give each record its "
              + role);
    }
    String wanted = wanted(column, value);
    if (wanted != null) {
      throw other(role, value.form(), wanted);
    }
    if (column.type() == ColumnType.LABEL) {
      checkKnown(role, ((ExampleValue.Name) value).name());
    }
    boolean counts = role.equals(RoleColumns.VALUES) && rules.items() > 0;
    if (counts && ((ExampleValue.Numbers) value).items() != rules.items()) {
      throw other(
          role, ((ExampleValue.Numbers) value).items() + " frames", rules.items() + " frames");
    }
    return value;
  }

  /** What a value would have to be; null if it is that. */
  private String wanted(ExampleColumn column, ExampleValue value) {
    switch (column.type()) {
      case LABEL:
        return value instanceof ExampleValue.Name ? null : "a class";
      case IDS:
        boolean cut = rules.texts().contains(column.name());
        // Who has tokens already need not write them as a text.
        return value instanceof ExampleValue.Words words && (cut || !words.cut())
            ? null
            : cut ? "a text" : "an array of strings";
      default:
        String wanted = new ExampleValue.Numbers(new float[0], null, 0, column.itemShape()).form();
        return value instanceof ExampleValue.Numbers && value.form().equals(wanted) ? null : wanted;
    }
  }

  private BadExampleException other(String role, String has, String wanted) {
    return new BadExampleException(
        ExampleProblem.OTHER_SHAPE,
        names.shown(role)
            + " has "
            + has
            + ", but "
            + rules.model()
            + " reads "
            + wanted
            + ": give it that, or another --model");
  }

  private void checkKnown(String role, String name) throws BadExampleException {
    if (!labels.get(role).contains(name)) {
      List<String> known = rules.labels().get(role);
      throw new BadExampleException(
          ExampleProblem.OUT_OF_RANGE,
          names.shown(role)
              + " has the class "
              + BadExampleException.shown(name)
              + ", which "
              + rules.model()
              + " does not know: give one of "
              + String.join(", ", known.subList(0, Math.min(SHOWN, known.size())))
              + (known.size() > SHOWN ? ", ..." : ""));
    }
  }
}
