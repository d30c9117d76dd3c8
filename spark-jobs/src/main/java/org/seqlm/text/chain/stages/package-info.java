/**
 * The stages that SeqLM brings, each a provider that the service loader finds: Unicode forms,
 * letters of single scripts, words by Unicode's rules and ICU's dictionaries, filters. A stage's
 * parameters come in, text, tokens or nothing out; languages and dictionaries are ICU4J's.
 */
package org.seqlm.text.chain.stages;
