package org.seqlm.corpus.example;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.text.Hash128;

/** Examples that are dealt to splits; bad ones are left out. */
public final class DealtExamples implements ExampleMaker {
  private static final Set<String> TEXTS =
      Set.of(RoleColumns.INPUT, RoleColumns.SOURCE, RoleColumns.TARGET, RoleColumns.LABEL);

  private final ExampleRules rules;
  private final ExampleForm form;
  private final ExampleReader reader;
  private final Hash128 hash = new Hash128();

  /**
   * Of records by rules.
   *
   * @param form that all examples have; null for any
   */
  public DealtExamples(ExampleRules rules, ExampleForm form) {
    this.rules = rules;
    this.form = form;
    reader = new ExampleReader(rules.columns(), rules.text());
  }

  /** The columns of roles that are text in a CSV file. */
  static Set<String> texts(RoleColumns columns) {
    Set<String> texts = new TreeSet<>();
    TEXTS.forEach(role -> texts.add(columns.name(role)));
    return texts;
  }

  @Override
  public Set<String> columns() {
    return rules.columns().columns();
  }

  @Override
  public Set<String> texts() {
    return texts(rules.columns());
  }

  @Override
  public Made made(ObjectNode fields, CorpusFile file, int piece, long place)
      throws BadExampleException {
    ParsedExample example = reader.read(fields);
    if (form != null) {
      form.check(example, rules.columns());
    }
    byte[] encoded = example.encoded(piece, place);
    rules.splits().deal(encoded, file, reader.split(fields), rules.columns(), hash);
    return new Made(encoded, example.blockBytes());
  }

  @Override
  public byte[] bad(ObjectNode fields, String message, int piece, long place) {
    return null;
  }
}
