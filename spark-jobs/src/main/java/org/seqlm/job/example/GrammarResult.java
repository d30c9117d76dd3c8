package org.seqlm.job.example;

/**
 * What {@code example} wrote of the grammar; also its {@code grammar.json}.
 *
 * @param about one line for whoever finds the file
 * @param seed of all sentences
 * @param sentences written, one a line
 * @param tokens of them: words, punctuation marks and one line end a sentence
 * @param characters of them, line feeds included
 * @param bytes of the file
 * @param vocabulary different words and punctuation marks the grammar can write
 * @param states of the grammar
 * @param natsPerSentence exact entropy of a sentence
 * @param tokensPerSentence exact expectation
 * @param charactersPerSentence exact expectation
 * @param bitsPerToken exact entropy of the source
 * @param bitsPerCharacter the same by characters
 * @param perplexity the best in expectation, over words
 * @param bitsPerTokenOnText what the grammar gives the very text that was written
 * @param bitsPerCharacterOnText the same by characters
 * @param pairs agreement pairs
 */
record GrammarResult(
    String about,
    long seed,
    long sentences,
    long tokens,
    long characters,
    long bytes,
    int vocabulary,
    int states,
    double natsPerSentence,
    double tokensPerSentence,
    double charactersPerSentence,
    double bitsPerToken,
    double bitsPerCharacter,
    double perplexity,
    double bitsPerTokenOnText,
    double bitsPerCharacterOnText,
    int pairs)
    implements ExampleResult {}
