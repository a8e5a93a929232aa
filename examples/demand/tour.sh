#!/bin/sh
# A walk through deployments, as a script: what it prints is docs/deploy/tour.md. Lines that begin with #: are the text between.
#: # A tour of deployments
#:
#: The project is [examples/demand](../../examples/demand): one flow, fourteen variants, two environments. This page is what a script prints,
#: [tour.sh](../../examples/demand/tour.sh); a test runs it on moto, which plays AWS, with real containers.
#:
#: ## Look before anything happens
#:
#: A plan needs no credentials and no network. Nothing has been deployed yet, so all of it is new.

spindle deploy plan --env staging

#: ## Deploy
#:
#: `apply` shows the plan and asks; `--yes` answers. Variants are put side by side; one that fails does not hold up the others.

spindle deploy apply --env staging --yes

#: ## Run
#:
#: A run is started by the schedule, or by hand. The scheduler runs it; nothing of Spindle's has to stay up.

spindle deploy trigger slate-family --env staging --param folds=4
until spindle deploy runs slate-family --env staging --state succeeded --json | grep -q sfn-; do sleep 2; done
spindle deploy runs slate-family --env staging
spindle deploy logs slate-family latest/end --env staging

#: ## Change
#:
#: One value of one config. The plan says which variants it concerns, and what of them.

sed -i 's/"folds": 5/"folds": 6/' configs/base.json
spindle deploy plan --env staging
spindle deploy apply --env staging --yes

#: Once more there is nothing to do.

spindle deploy apply --env staging --yes

#: ## Somebody changes things by hand
#:
#: The record in the project's folder knows nothing of it; what is really there does.

python3 by_hand.py slate-family
spindle deploy plan --env staging --against live
spindle deploy apply --env staging --against live --yes
spindle deploy plan --env staging --against live

#: ## A variant leaves
#:
#: What is no longer in the files is named, and removed only when asked.

rm configs/slates/love.yaml
spindle deploy plan --env staging
spindle deploy apply --env staging --prune --yes

#: ## The end
#:
#: All of an environment.

spindle deploy status --env staging
spindle deploy destroy --env staging --yes
spindle deploy status --env staging
