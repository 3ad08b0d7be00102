/**
 * What the tests of every module share. {@link dev.sluice.rules.ModuleRules} is the entry point: each module extends it once
 * and adds the arrows of its own. {@link dev.sluice.rules.AllowedBlocking} is the one list of calls that BlockHound lets pass.
 */
@NullMarked
package dev.sluice.rules;

import org.jspecify.annotations.NullMarked;
