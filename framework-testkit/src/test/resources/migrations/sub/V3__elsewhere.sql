not sql of this folder
