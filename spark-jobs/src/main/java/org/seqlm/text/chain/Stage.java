package org.seqlm.text.chain;

import java.util.List;

/**
 * One step of a chain, made by its {@link StageProvider}; one instance a thread. The same input
 * gives the same output in every process, whatever its locale, time zone and machine: the tokens of
 * a corpus depend on nothing else. Text has no lone surrogates, and must have none afterwards.
 */
public sealed interface Stage permits Stage.Normalizer, Stage.Splitter, Stage.Filter, Stage.Model {

  /** Text becomes text. Before the first splitter of a record, behind it of a token. */
  non-sealed interface Normalizer extends Stage {
    /**
     * The text in its new form.
     *
     * @return the text itself where nothing changes; empty text becomes no token
     */
    String normalize(String text);
  }

  /** Text becomes tokens; behind another splitter, each of its tokens is cut further. */
  non-sealed interface Splitter extends Stage {
    /**
     * Cuts a part of a text. What is in no token is dropped.
     *
     * @param text holds the part
     * @param from its first char
     * @param to one past its last char; at least {@code from}
     * @param sink receives the tokens in order, each of one char or more
     */
    void split(String text, int from, int to, SpanSink sink);

    /**
     * Text that reads as these tokens would have been written, of one line; null, unless a splitter
     * knows better, for words with one space between two.
     */
    default String join(List<String> tokens) {
      return null;
    }
  }

  /** A token becomes a token, or nothing. */
  non-sealed interface Filter extends Stage {
    /**
     * The token that goes on.
     *
     * @param token not empty
     * @return the token itself, another, or null for none
     */
    String filter(String token);
  }

  /** A token becomes pieces; the last stage of a chain. */
  non-sealed interface Model extends Stage {
    /**
     * Cuts a token; without a splitter in the chain the token is the whole record.
     *
     * @param text holds the token
     * @param from its first char
     * @param to one past its last char; greater than {@code from}
     * @param sink receives the pieces in order, parts of any text
     */
    void cut(String text, int from, int to, SpanSink sink);

    /** The text of pieces of one line, the opposite of cutting it. */
    String join(List<String> pieces);
  }
}
