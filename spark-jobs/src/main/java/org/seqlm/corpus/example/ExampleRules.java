package org.seqlm.corpus.example;

import java.io.Serializable;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.text.TextRules;

/**
 * How records become examples.
 *
 * @param source where they are, and how much of them may be bad
 * @param columns which column has which role
 * @param text how text becomes tokens
 * @param splits of which split each is
 */
public record ExampleRules(
    CorpusSource source, RoleColumns columns, TextRules text, ExampleSplits splits)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
