/**
 * What the stores of several modules share to speak to the database: statements sent together, and reads
 * that a replica may answer.
 *
 * <p>The one place of the kernel that knows JDBC. No table is known here; the only statements written
 * here ask a server where it stands in its log.
 */
package io.tola.kernel.sql;
